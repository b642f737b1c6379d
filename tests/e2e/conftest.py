"""Clips that several tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.bench import call, make_clip


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four small clips that differ."""
    folder = tmp_path_factory.mktemp("clips")
    for seed, configuration in enumerate(["clean", "drift", "stagnation", "hardening"]):
        make_clip(folder / f"{configuration}.mp4", configuration, seed)
    return folder


@pytest.fixture(scope="session")
def reference(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run over the four clips, with one worker."""
    out = tmp_path_factory.mktemp("reference") / "out"
    done = call("score", clips, "--out", out, "--no-report")
    assert done.returncode == 0, done.stderr
    return out
