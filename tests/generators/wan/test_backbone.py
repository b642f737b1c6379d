"""The published checkpoints' backbone from files to pictures, on small networks under the real names."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from generators.engine.catalogue import METHODS

pytest.importorskip("diffusers")
pytest.importorskip("transformers")

from generators.contract import FrameStream, GeneratorError, Job
from generators.engine import backbones
from generators.engine.blueprint import Blueprint, CodecNeed, Order, TextNeed
from generators.engine.network import CausalWan
from generators.engine.shape import NetworkShape
from generators.registry import load
from generators.wan import backbone, digests, source, table
from generators.wan.codec import load_codec
from generators.wan.sizes import LORA, NAME
from generators.wan.source import SOURCE
from generators.wan.text import load_text
from tests.generators.conftest import PROMPT
from tests.generators.wan import small_codec, small_text

SHAPE = NetworkShape(
    dim=24, ffn_dim=48, heads=2, layers=2, channels=small_codec.CHANNELS, text_dim=small_text.SHAPE.dim
)
JOB = Job(PROMPT, seed=1, seconds=2.0, fps=16.0, width=48, height=32)


def plain() -> dict[str, torch.Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = CausalWan(SHAPE)
        torch.nn.init.normal_(made.head.head.weight, std=0.2)
    return made.state_dict()


def averaged() -> dict[str, torch.Tensor]:
    return {name: value + 0.01 for name, value in plain().items()}


def adapter() -> dict[str, torch.Tensor]:
    """A LoRA of rank 256 on every linear layer of the blocks, as PEFT names it."""
    with torch.device("meta"):
        layers = [
            (f"blocks.{i}.{name}", part)
            for i, block in enumerate(CausalWan(SHAPE).layers())
            for name, part in block.named_modules()
            if isinstance(part, torch.nn.Linear)
        ]
    draw = torch.Generator().manual_seed(2)
    found = {}
    for name, part in layers:
        at = f"base_model.model.model.{name}"
        found[f"{at}.lora_A.weight"] = torch.randn(256, part.in_features, generator=draw) * 0.02
        found[f"{at}.lora_B.weight"] = torch.randn(part.out_features, 256, generator=draw) * 0.02
    return found


def put(file: table.HubFile, content: object = None, copy: Path | None = None) -> None:
    """Write a file where a fetch puts it, with what the hub says of it."""
    path = digests.models_folder() / file.repo / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if copy is not None:
        path.write_bytes(copy.read_bytes())
    else:
        torch.save(content, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    digests.record(f"{file.repo}/{file.path}", digests.Record(sha256, path.stat().st_size, "c" * 40))


def in_wrapper(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {f"model.{name}": value for name, value in state.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file of the table, small."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(digests.FOLDER_VARIABLE, str(folder))
        for row in table.published().values():
            state = in_wrapper(plain())
            whole = state if row.container == "bare" else {
                "generator": state, "generator_ema": in_wrapper(averaged())
            }  # fmt: skip
            put(row.weights, whole)
            if row.adapter:
                put(row.adapter, adapter())
        base = table.base()
        put(base.vae, small_codec.original_state(small_codec.network()))
        text = small_text.save_original(folder / "text.pth", small_text.network())
        put(base.text, copy=text)
        words = small_text.tokenizer(folder / "words") / small_text.FILE
        for file in base.tokenizer:
            put(file, copy=words)
    return folder


@pytest.fixture(autouse=True)
def _small_world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(digests.FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(source, "WAN_1_3B", SHAPE)
    monkeypatch.setattr(backbone, "network", partial(backbone.network, shape=SHAPE))
    monkeypatch.setattr(backbone, "LATENT", (small_codec.CHANNELS, 4, 6))
    monkeypatch.setattr(backbone, "load_codec", partial(load_codec, config=small_codec.SMALL))
    monkeypatch.setattr(backbone, "load_text", partial(load_text, shape=small_text.SHAPE))
    monkeypatch.setattr(source.WanSource, "blueprint", lambda *_: BLUEPRINT)
    backbone.forget()
    backbones.forget()
    yield
    backbone.forget()
    backbones.forget()


BLUEPRINT = Blueprint(
    name=NAME,
    shape=SHAPE,
    latent=(small_codec.CHANNELS, 4, 6),
    width=48,
    height=32,
    fps=16.0,
    text_tokens=512,
    number_bytes=4,
    codec=CodecNeed(1, 1, 1),
    text=TextNeed(1),
    extra="wan",
)


def found(method: str, configuration: str = "engine-native", **options: str):  # type: ignore[no-untyped-def]
    return SOURCE.find(Order(method, configuration, options))


# ---- from a row to its weights


@pytest.mark.parametrize("method", METHODS)
def test_every_method_makes_pictures_with_its_own_checkpoint(method: str, tmp_path: Path) -> None:
    made = load(f"{method}:engine-native", {"backbone": NAME})
    assert (made.info.backbone, made.info.size) == ("wan2.1-1.3b", (48, 32))
    stream = made.generate(JOB, tmp_path)
    assert isinstance(stream, FrameStream)
    frames = np.concatenate(list(stream.blocks))
    assert frames.shape == (32, 32, 48, 3)
    assert frames.std() > 1


def test_a_row_takes_the_weights_that_its_authors_run() -> None:
    weights = plain()
    for method, expected in (("causvid", weights), ("self-forcing", averaged()), ("reward-forcing", weights)):
        made, _ = backbone.network(found(method), torch.device("cpu"), torch.float32)
        for name, value in made.state_dict().items():
            assert torch.equal(value, expected[name]), (method, name)


def test_longlive_has_its_lora_merged_and_common_has_not() -> None:
    cpu, name = torch.device("cpu"), "blocks.1.ffn.2.weight"
    own, notes = backbone.network(found("longlive"), cpu, torch.float32)
    common, _ = backbone.network(found("longlive", "common"), cpu, torch.float32)
    parts, at = adapter(), "base_model.model.model.blocks.1.ffn.2"
    merged = plain()[name] + parts[f"{at}.lora_B.weight"] @ parts[f"{at}.lora_A.weight"]
    torch.testing.assert_close(own.state_dict()[name], merged)
    assert torch.equal(common.state_dict()[name], plain()[name])
    assert any("rank 256" in note for note in notes)


def test_bfloat16_is_the_float32_weights_rounded_once() -> None:
    made, _ = backbone.network(found("longlive"), torch.device("cpu"), torch.bfloat16)
    exact, _ = backbone.network(found("longlive"), torch.device("cpu"), torch.float32)
    for name, value in made.state_dict().items():
        assert torch.equal(value, exact.state_dict()[name].bfloat16())


def test_rows_share_text_encoder_and_autoencoder_but_not_the_network() -> None:
    cpu = torch.device("cpu")
    first = backbones.load_backbone(NAME, found("causvid"), cpu)
    other = backbones.load_backbone(NAME, found("self-forcing"), cpu)
    assert first.network is not other.network
    assert first.codec is other.codec
    assert first.read_prompt("a brook") is other.read_prompt("a brook")


# ---- identity


def test_the_digest_covers_every_file_and_the_choice_of_weights() -> None:
    rows = [
        found("self-forcing"),
        found("self-forcing", use_ema="no"),
        found("causvid"),
        found("longlive"),
        found("longlive", "common"),
    ]
    assert len({row.digest for row in rows}) == len(rows)
    assert found("self-forcing").digest == found("self-forcing", "long").digest


def test_a_clip_says_which_files_it_was_made_with(tmp_path: Path, folder: Path) -> None:
    stream = load("longlive", {"backbone": NAME}).generate(JOB, tmp_path)
    assert isinstance(stream, FrameStream)
    (told,) = (note for note in stream.notes if note.startswith("Weights, with the first digits"))
    row = table.checkpoint("longlive")
    for file in (*row.files, table.base().vae, table.base().text):
        assert f"{Path(file.path).name} {digests.digest_of(folder / file.repo / file.path)[:12]}" in told


def test_other_weights_make_another_row(folder: Path) -> None:
    row = table.checkpoint("causvid").weights
    own = found("self-forcing", checkpoint=str(folder / row.repo / row.path), use_ema="no")
    digest = digests.digest_of(folder / row.repo / row.path)
    assert own.variant == f"+checkpoint={digest[:8]}+use_ema=no"
    assert any("CausVid" in note or digest in note for note in own.notes)
    assert f"{digest[:12]} (compared with nothing)." in own.notes[-1]
    info = load("self-forcing", {"backbone": NAME, "use_ema": "no"}).info
    assert info.configuration == "engine-native+use_ema=no"


def test_a_lora_is_not_merged_into_a_file_of_the_users_and_the_clip_says_so(folder: Path) -> None:
    row = table.checkpoint("longlive")
    own = found("longlive", checkpoint=str(folder / row.repo / row.file))
    assert "The LoRA of LongLive 1.0, base and LoRA is not merged into them." in own.notes
    assert LORA not in dict(own.files)


# ---- refusals


@pytest.mark.parametrize(
    ("method", "options", "words"),
    [
        ("self-forcing", {"use_ema": "yes"}, "is what the authors do with Self-Forcing; leave it out"),
        ("self-forcing", {"use_ema": "maybe"}, "must be yes or no, got 'maybe'"),
        ("reward-forcing", {"use_ema": "no"}, "changes nothing: the file of Reward-Forcing holds one set"),
        (
            "causvid",
            {"checkpoint": "nowhere.pt"},
            r"option checkpoint: \S+/nowhere\.pt cannot be read \(No such",
        ),
        ("causvid", {"checkpoint": ""}, r"cannot be read \(Is a directory\)"),
        (
            "causvid",
            {"checkpoint": "~nobody here/a.pt"},
            r"option checkpoint: .*~nobody here/a\.pt cannot be read",
        ),
    ],
)
def test_options_that_are_wrong_or_change_nothing(method: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        found(method, **options)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>", "is a web page"),
        (b"PK\x03\x04" + bytes(900), "has no end: it is a PyTorch file of which only 904 bytes are here"),
        (b"", "is empty"),
    ],
)
def test_a_file_of_the_users_that_is_no_checkpoint_is_refused_before_a_run(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "own model.pt"
    path.write_bytes(content)
    with pytest.raises(GeneratorError, match=f"option checkpoint: {re.escape(str(path))} {words}"):
        found("causvid", checkpoint=str(path))


def test_the_identity_of_a_divided_file_covers_its_parts(tmp_path: Path) -> None:
    names = sorted(plain())
    parts = {"1-of-2.safetensors": names[:20], "2-of-2.safetensors": names[20:]}

    def write(change: float) -> Path:
        for part, held in parts.items():
            save_file({name: plain()[name] + change * (part[0] == "2") for name in held}, tmp_path / part)
        index = tmp_path / "a.safetensors.index.json"
        index.write_text(json.dumps({"weight_map": {name: part for part in parts for name in parts[part]}}))
        return index

    first = found("causvid", checkpoint=str(write(0)))
    again = found("causvid", checkpoint=str(write(0)))
    other = found("causvid", checkpoint=str(write(1)))
    assert first.digest == again.digest != other.digest
    assert first.variant == again.variant != other.variant
    (tmp_path / "2-of-2.safetensors").unlink()
    with pytest.raises(GeneratorError, match=r"names 1 parts that are not beside it: 2-of-2\.safetensors"):
        found("causvid", checkpoint=str(tmp_path / "a.safetensors.index.json"))


def test_a_prompt_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    job = replace(JOB, prompt=replace(PROMPT, text="&nbsp; "))
    with pytest.raises(GeneratorError, match="nothing of the prompt '&nbsp; ' reaches the network"):
        load("causvid", {"backbone": NAME}).generate(job, tmp_path)


def test_all_that_is_missing_is_told_at_once_with_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(digests.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(GeneratorError) as caught:
        load("longlive", {"backbone": NAME})
    told = str(caught.value)
    assert "longlive:engine-native on wan2.1-1.3b" in told
    assert f"not in {tmp_path}: " in told
    assert told.endswith("; run: steadybench weights fetch longlive wan-base")
    for part in ("models/longlive_base.pt", "models/lora.pt", "Wan2.1_VAE.pth", "tokenizer.json"):
        assert part in told
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    with pytest.raises(GeneratorError, match="the network is forbidden here: run `steadybench weights fetch"):
        found("longlive")


def test_a_file_that_changed_after_it_was_fetched_is_refused(folder: Path, tmp_path: Path) -> None:
    file = table.checkpoint("causvid").weights
    path = folder / file.repo / file.path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(GeneratorError, match="half-downloaded"):
            found("causvid")
    finally:
        path.write_bytes(whole)
    assert found("causvid").digest


def test_a_checkpoint_of_another_network_is_refused_when_it_is_loaded(tmp_path: Path) -> None:
    wrong = {name: value for name, value in plain().items() if not name.startswith("blocks.1.")}
    path = tmp_path / "short.pt"
    torch.save({"generator": in_wrapper(wrong)}, path)
    made = load("causvid", {"backbone": NAME, "checkpoint": str(path)})
    with pytest.raises(GeneratorError, match=r"blocks\.1\."):
        made.generate(JOB, tmp_path)


def test_records_of_the_hub_are_json(folder: Path) -> None:
    assert len(json.loads((folder / digests.HUB).read_text())) >= len(table.published())
