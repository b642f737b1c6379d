"""The GPU benchmark at its reduced size on a CPU, and its arithmetic with figures worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from benchmarks import published
from benchmarks.engine import METHODS
from benchmarks.published_floors import lines
from benchmarks.published_runs import Decoded, Rolled, network_of, reduced, rolled
from benchmarks.published_table import derived, markdown
from steadybench.outlook.gpus import find

CPU = torch.device("cpu")
GIB = 2**30


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small tensors are fastest so, and tests run side by side."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_quick_run_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = f"--quick --device cpu --seconds 1 --decode-seconds 0.3 --out {tmp_path}".split()

    assert published.main(words) == 0

    page = (tmp_path / "published.md").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "published.json").read_text(encoding="utf-8"))
    assert page in capsys.readouterr().out
    assert "reduced; speeds mean nothing" in page
    assert [row["row"] for row in told["rollouts"]] == [f"{m}:{c}" for m, c in METHODS.items()]
    for row in told["rollouts"]:
        assert f"| {row['row']} | {row['latents']} |" in page
        assert row["seconds"] > 0 and row["fault"] == "" and row["peak"] is None
        assert row["latents"] == 6, "16 pictures lie in 5 latent frames, in blocks of 3 or 6"
        assert row["latents_per_s"] == pytest.approx(row["latents"] / row["seconds"])
        assert row["floor_s"] is None
    assert told["decoder"]["latents"] == 2
    assert told["machine"]["torch"].startswith(torch.__version__)


@pytest.mark.parametrize(("seconds", "latents"), [(5, 21), (9, 21 + 18), (9.5, 21 + 18 + 3)])
def test_a_chain_of_segments_makes_what_the_engine_makes(seconds: float, latents: int) -> None:
    """81 pictures a rollout, 72 of them kept where another follows; 3 latent frames are handed over."""
    place = reduced(CPU)
    assert rolled(place, network_of(place), "causvid", seconds).latents == latents


def test_the_seeded_network_is_finite_and_its_flow_is_not_nothing() -> None:
    place = reduced(CPU)
    made = network_of(place)
    text = made.read_text(torch.randn(1, 8, 6, generator=torch.Generator().manual_seed(0)))
    flow = made(torch.randn(1, 16, 3, 4, 6), torch.full((1, 3), 937.5), text, range(3), range(3)).flow
    assert flow.isfinite().all()
    assert 0.1 < flow.std() < 10
    again = network_of(place).state_dict()
    assert all(torch.equal(found, again[name]) for name, found in made.state_dict().items())


def test_without_a_gpu_the_published_size_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert published.main([]) == 2
    assert "use --quick" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--methods", "self-forcing,wan"], "unknown wan"),
        (["--methods", ","], "expected some of"),
        (["--device", "tpu"], "device must be cpu"),
    ],
)
def test_bad_words_are_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert published.main(["--quick", *words]) == 2
    assert told in capsys.readouterr().err


def test_floors_and_speeds_follow_from_what_was_measured() -> None:
    card = find("H200")  # 989.4 TFLOP/s, 4800 GB/s
    row = Rolled("m:c", 240, 60.0, 120.0, int(9.894e15), int(4.8e12), 20 * GIB, 21 * GIB)

    told = derived(row, card)

    assert told["latents_per_s"] == 2.0
    assert told["times_real_time"] == 0.5
    assert told["tflops_reached"] == pytest.approx(82.45)
    assert told["floor_s"] == pytest.approx(10.0), "arithmetic takes longer than 1 s of traffic"
    assert told["floor_share"] == pytest.approx(1 / 12)
    moved = Rolled("m:c", 240, 60.0, 120.0, int(9.894e14), int(4.8e13), 20 * GIB, 21 * GIB)
    assert derived(moved, card)["floor_s"] == pytest.approx(10.0), "and here it is the other way round"


def test_a_page_tells_a_method_that_found_no_room() -> None:
    failed = Rolled("m:c", 0, 60.0, 0.0, 0, 0, None, 30 * GIB, "memory ran out: 1 GiB")
    decode = Decoded(960, 240.0, 480.0, 10**16, 4 * GIB, 4 * GIB, 5 * GIB, 51 * GIB)

    page = markdown({"device": "some card"}, [failed], decode, find("RTX 4090"))

    assert "| m:c | memory ran out: 1 GiB |" in page
    assert "30.00 GiB |" in page
    assert "floors are those of" in page.lower()
    assert "| 240 s | 960 | 480.0 | 0.50 | 60.53 | 4.00 GiB | 4.00 GiB | 5.00 GiB | 51.00 GiB |" in page


def test_the_page_tells_the_floors_that_follow_from_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "gpu.md").read_text(encoding="utf-8")
    assert "\n".join(lines()) in page
    assert "Nothing has been measured on a GPU yet" in page
