"""A fake lab for every method, and a job in the format that all the programs make."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from generators.contract import Job
from tests.generators.conftest import PROMPT
from tests.generators.native.fakes import Lab, build


class MakeLab(Protocol):
    def __call__(self, method: str, configuration: str = "native") -> Lab: ...


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips that the fake programs have encoded before."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
def lab(tmp_path: Path, clips: Path, monkeypatch: pytest.MonkeyPatch) -> MakeLab:
    monkeypatch.setenv("STEADYBENCH_MODELS", str(tmp_path / "models"))

    def make(method: str, configuration: str = "native") -> Lab:
        return build(tmp_path / f"{method}-{configuration}", method, clips, configuration)

    return make


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work space"
    folder.mkdir()
    return folder


@pytest.fixture
def job() -> Job:
    """Two seconds, so that the clips are short."""
    return Job(replace(PROMPT, text="A brook runs between mossy stones."), 7, 2.0, 16.0, 832, 480)
