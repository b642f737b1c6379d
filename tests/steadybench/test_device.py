"""The name of what made a clip."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from steadybench import device
from steadybench.device import device_name, processor


def fake_torch(*, initialised: bool) -> SimpleNamespace:
    names = {None: "current", 0: "first", 1: "second"}
    cuda = SimpleNamespace(is_initialized=lambda: initialised, get_device_name=names.__getitem__)
    return SimpleNamespace(cuda=cuda)


@pytest.mark.parametrize(
    ("options", "name"), [({}, "current"), ({"device": "cuda"}, "current"), ({"device": "cuda:1"}, "second")]
)
def test_a_gpu_in_use_is_named(options: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", fake_torch(initialised=True))
    assert device_name(options) == name


def test_a_gpu_that_was_not_touched_made_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", fake_torch(initialised=False))
    assert device_name({"device": "cuda"}) == processor()


def test_without_pytorch_it_is_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert device_name({}) == processor() != ""


def test_the_processor_is_named_by_the_system_or_by_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz \nflags\t: x\n")
    monkeypatch.setattr(device, "_CPUINFO", told)
    assert processor() == "Some CPU @ 2 GHz"
    told.unlink()
    assert processor() == (platform.processor() or platform.machine())
