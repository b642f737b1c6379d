"""Methods on the shipped weights, through the command line; the demo runs all eight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.bench import call

METHODS = ["steady-forcing", "self-forcing:long", "self-forcing:engine-native"]
SHAPE = ["--limit", "1", "--horizon", "6"]


def clips(out: Path) -> dict[str, str]:
    """SHA-256 of each clip by method and configuration."""
    found = [json.loads(path.read_text()) for path in out.glob("clips/*.json")]
    made = [(clip["made_from"]["generator"], clip["clip_sha256"]) for clip in found]
    return {f"{who['method']}:{who['configuration']}": digest for who, digest in made}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tiny")
    done = call("run", "--methods", ",".join(METHODS), *SHAPE, "--out", out, "--jobs", 2)
    assert done.returncode == 3, done.stderr
    assert "the longest clip is 5" in done.stderr
    return out


def test_a_method_that_cannot_reach_the_horizon_costs_the_others_nothing(finished: Path) -> None:
    assert set(clips(finished)) == {
        "steady-forcing:engine-native",
        "self-forcing:long",
    }
    assert len(set(clips(finished).values())) == 2


def test_the_front_page_says_what_a_tiny_row_is(finished: Path) -> None:
    page = (finished / "report" / "index.html").read_text(encoding="utf-8")
    assert "steady-forcing:engine-native (tiny backbone)" in page
    assert "says nothing about the published checkpoints" in page


def test_a_method_alone_in_one_process_makes_the_same_clip(finished: Path, tmp_path: Path) -> None:
    done = call("run", "--methods", METHODS[1], *SHAPE, "--out", tmp_path, "--no-report")
    assert done.returncode == 0, done.stderr
    assert clips(tmp_path).items() <= clips(finished).items()
    assert len(clips(tmp_path)) == 1
