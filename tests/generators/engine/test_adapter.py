"""Methods of the engine as generators: same bytes whatever happens around them, and clear refusals."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generators.conformance import check
from generators.contract import FrameStream, Generator, GeneratorError, Job
from generators.engine import backbones
from generators.engine.backbone import Backbone
from generators.engine.blueprint import Order
from generators.engine.cache import Cache
from generators.engine.catalogue import METHODS
from generators.registry import load
from tests.generators.conftest import PROMPT
from tests.generators.engine.small import SOURCE, TARGET, SmallSource, blueprint

JOB = Job(PROMPT, seed=1, seconds=2.0, fps=16.0, width=24, height=16)


@pytest.fixture(autouse=True)
def _small_backbone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(backbones, "SOURCES", {"small": TARGET})
    backbones.forget()
    yield
    backbones.forget()


def made(spec: str, **options: str) -> Generator:
    return load(spec, {"backbone": "small"} | options)


def stream(spec: str, job: Job = JOB) -> FrameStream:
    found = made(spec).generate(job, Path())
    assert isinstance(found, FrameStream)
    return found


def loaded() -> Backbone:
    weights = SOURCE.find(Order("any", "any", {}))
    return backbones.load_backbone("small", weights, torch.device("cpu"))


def digest(found: FrameStream) -> str:
    return hashlib.sha256(b"".join(block.tobytes() for block in found.blocks)).hexdigest()


def asked(**changes: object) -> Job:
    return replace(JOB, **changes)  # type: ignore[arg-type]


# ---- what comes


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_the_contract(method: str) -> None:
    failed = [finding for finding in check(made(method), JOB) if finding.status == "failed"]
    assert failed == []


def test_identity_names_method_backbone_and_format() -> None:
    info = made("steady-forcing:engine-native", flush_positions="contiguous").info
    assert (info.method, info.backbone, info.weights_digest) == ("steady-forcing", "small", "seeded")
    assert info.configuration == "engine-native+flush_positions=contiguous"
    assert (info.size, info.fps, info.licence) == ((24, 16), 16.0, "Apache-2.0")


def test_methods_of_a_process_share_one_network() -> None:
    first = loaded()
    stream("self-forcing")
    stream("longlive")
    assert loaded() is first


def test_no_weights_are_loaded_before_the_first_clip() -> None:
    found = made("self-forcing")
    assert not backbones._held
    found.generate(JOB, Path())
    assert backbones._held


def test_another_checkpoint_is_another_row_and_another_network() -> None:
    first, other = loaded(), made("longlive", checkpoint="mine")
    assert other.info.configuration == "engine-native+checkpoint=mine"
    assert other.info.weights_digest == "seeded+checkpoint=mine"
    found = other.generate(JOB, Path())
    assert isinstance(found, FrameStream)
    assert "Other weights." in found.notes
    assert loaded() is not first


class Small:
    """A CUDA device of 1 MiB."""

    name, total_memory = "Card S", 2**20


def test_a_gpu_that_is_too_small_is_refused_before_anything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: Small)
    monkeypatch.setattr(SmallSource, "blueprint", lambda *_: blueprint((400, 600)))
    monkeypatch.setattr(SmallSource, "find", None)
    words = r"longlive: Card S has 1.0 MiB; it needs about [\d.]+ MiB: weights .*; use a larger GPU"
    with pytest.raises(GeneratorError, match=words):
        made("longlive", device="cuda")


def test_what_people_must_know_goes_with_the_clip() -> None:
    notes = stream("steady-forcing:engine-native").notes
    assert any("purification" in note for note in notes)
    assert "12 latent frames were made for 9, in blocks of 6; cut to length." in notes
    assert (
        "Made in 2 rollouts of 21 latent frames, cut to length." in stream("causvid", asked(seconds=6)).notes
    )
    assert not any(
        "latent frames were made" in note for note in stream("longlive", asked(seconds=2.05)).notes
    )


# ---- the same bytes


def test_neither_order_nor_company_changes_a_clip() -> None:
    alone = digest(stream("reward-forcing"))
    digest(stream("rolling-forcing", asked(seed=5)))
    first, other = stream("reward-forcing"), stream("steady-forcing", asked(seed=9))
    mixed = hashlib.sha256()
    for block in first.blocks:
        mixed.update(block.tobytes())
        next(other.blocks, None)
        torch.rand(3)
    assert mixed.hexdigest() == alone


def test_seed_prompt_and_method_change_a_clip() -> None:
    prompt = replace(PROMPT, text="Snow falls on a roof.")
    jobs = [JOB, asked(seed=2), asked(prompt=prompt)]
    digests = {digest(stream(spec, job)) for spec in ("self-forcing", "infinite-forcing") for job in jobs}
    assert len(digests) == 6


def test_only_the_text_of_a_prompt_is_read() -> None:
    other = replace(PROMPT, id="renamed", medium="lava", light="night")
    assert digest(stream("longlive", asked(prompt=other))) == digest(stream("longlive"))


def test_all_methods_start_a_video_from_the_same_noise() -> None:
    """Before any memory rule matters, methods of equal block and steps make the same first block."""
    firsts = {
        next(stream(spec).blocks).tobytes() for spec in ("self-forcing", "longlive", "infinite-forcing")
    }
    assert len(firsts) == 1


PROGRAM = """
import sys
import torch
from tests.generators.engine import test_adapter as t
torch.set_num_threads(int(sys.argv[1]))
t.backbones.SOURCES = {"small": t.TARGET}
print(t.digest(t.stream("causal-forcing")), torch.get_num_threads())
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_another_process_with_other_threads_makes_the_same_bytes(threads: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(threads)],
        env=os.environ | {"OMP_NUM_THREADS": str(threads)},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [digest(stream("causal-forcing")), str(threads)]


# ---- refusals


REFUSED: dict[str, tuple[str, Job, str]] = {
    "size": (
        "longlive",
        asked(width=832, height=480),
        r"longlive:engine-native: it makes 24x16 pictures only, got 832x480; use --size 24x16 --fps 16",
    ),
    "everything at once": (
        "self-forcing",
        asked(width=832, fps=24.0, seconds=30.0, prompt=replace(PROMPT, text=" \n")),
        r"832x16; it makes 16 frames a second only, got 24; use --size .*; the prompt is empty.*the longest",
    ),
    "past the window": (
        "self-forcing:engine-native",
        asked(seconds=30.0),
        r"clip is 5 s \(21 latent frames\), asked for 30 s; use self-forcing:long or self-forcing:common",
    ),
    "past the position table": (
        "rolling-forcing",
        asked(seconds=300.0),
        r"the longest clip is 255.5 s \(1024 latent frames\), asked for 300 s; use rolling-forcing:common",
    ),
    "no time": ("longlive", asked(seconds=0.0), "expected a length above 0"),
    "no number": ("self-forcing", asked(seconds=float("nan")), "expected a length above 0"),
    "empty prompt": (
        "longlive",
        asked(prompt=replace(PROMPT, text="")),
        "the prompt is empty; say what the video shows",
    ),
}


@pytest.mark.parametrize(("spec", "job", "words"), REFUSED.values(), ids=REFUSED)
def test_a_job_that_cannot_be_made_is_refused_at_once(spec: str, job: Job, words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        made(spec).generate(job, Path())


@pytest.mark.parametrize(
    ("spec", "seconds"), [("self-forcing:engine-native", 5.0), ("rolling-forcing", 255.5), ("causvid", 300.0)]
)
def test_the_longest_clip_is_accepted(spec: str, seconds: float) -> None:
    assert stream(spec, asked(seconds=seconds)).fps == 16.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"use_ema": "yes"}, r"longlive: backbone 'small' has no option use_ema; leave it out"),
        ({"backbone": "smal"}, r"unknown backbone 'smal'; did you mean 'small'\? expected small"),
        ({"backbone": "zzz", "device": "tpu"}, r"'zzz'; expected small; device must be cpu, cuda or cuda:N"),
        ({"devise": "cpu"}, r"unknown option 'devise' \(did you mean 'device'\?\)"),
    ],
)
def test_a_bad_option_is_refused_when_the_method_is_loaded(options: dict[str, str], words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        load("longlive", {"backbone": "small"} | options)


def test_pytorch_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(GeneratorError, match=re.escape("pip install 'steadybench[engine]'")):
        made("longlive")


def test_a_prompt_of_ten_thousand_characters_is_cut_and_told() -> None:
    long = replace(PROMPT, text=("wave after wave " * 700)[:10_000])
    found = stream("longlive", asked(prompt=long, seconds=0.5))
    assert found.prompt_as_used is not None
    assert 0 < len(found.prompt_as_used) < 2000
    assert sum(len(block) for block in found.blocks) == 8
    assert stream("longlive").prompt_as_used is None


# ---- when something goes wrong half way


def caches() -> int:
    gc.collect()
    return sum(type(found) is Cache for found in gc.get_objects())


@pytest.mark.parametrize("spec", ["steady-forcing", "causvid"])
def test_a_stream_that_is_closed_gives_its_memory_back(spec: str) -> None:
    found = stream(spec, asked(seconds=10.0))
    next(found.blocks)
    assert caches() == 1
    found.blocks.close()  # type: ignore[attr-defined]
    assert caches() == 0


def on_pass(number: int, action: Callable[[], None]) -> Callable[[], None]:
    """Do something in a pass of the network; returns how to undo it."""
    count = iter(range(1, 1000))

    def hook(*_: object) -> None:
        if next(count) == number:
            action()

    return loaded().network.register_forward_hook(hook).remove


def test_an_interrupt_frees_the_memory_and_the_next_clip_is_whole() -> None:
    whole = digest(stream("reward-forcing"))

    def interrupt() -> None:
        raise KeyboardInterrupt

    undo = on_pass(9, interrupt)
    found = stream("reward-forcing")
    with pytest.raises(KeyboardInterrupt):
        digest(found)
    undo()
    assert caches() == 0
    assert list(found.blocks) == []
    assert digest(stream("reward-forcing")) == whole


def test_memory_that_runs_out_is_told_with_an_estimate() -> None:
    def exhaust() -> None:
        torch.empty(10**17)

    undo = on_pass(7, exhaust)
    with pytest.raises(
        GeneratorError,
        match=r"memory ran out; longlive:engine-native: it needs about [\d.]+ MiB: weights [\d.]+ MiB",
    ):
        digest(stream("longlive"))
    undo()
    assert caches() == 0
