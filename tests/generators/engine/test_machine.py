"""Devices by name, one thread inside a step, memory that runs out."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from generators.contract import GeneratorError
from generators.engine.machine import parse_device, settled, stepwise
from generators.registry import load

CPU = torch.device("cpu")


def test_devices_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_device("cpu") == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert parse_device("cuda") == torch.device("cuda", 0)
    assert parse_device("cuda:1") == torch.device("cuda", 1)
    with pytest.raises(GeneratorError, match="'cuda:2' is not there: PyTorch sees 2 CUDA devices; use cpu"):
        parse_device("cuda:2")


@pytest.mark.parametrize("text", ["", "gpu", "cuda:", "cuda:-1", "CPU", "cpu:0", "cuda:1 "])
def test_other_devices_are_refused(text: str) -> None:
    with pytest.raises(GeneratorError, match="must be cpu, cuda or cuda:N"):
        parse_device(text)


def test_no_gpu_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(GeneratorError, match="sees 0 CUDA devices"):
        parse_device("cuda")


@pytest.mark.parametrize(("gib", "refused"), [(16, True), (24, False)])
def test_a_card_that_is_too_small_is_refused_before_weights_are_looked_for(
    gib: int, *, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = SimpleNamespace(name="Some GPU", total_memory=gib * 2**30)
    monkeypatch.setenv("STEADYBENCH_MODELS", str(tmp_path))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _device: card)
    with pytest.raises(GeneratorError) as caught:
        load("self-forcing:long", {"backbone": "wan2.1-1.3b", "device": "cuda"})
    told = str(caught.value)
    assert (f"not in {tmp_path}" in told) is not refused
    assert ("Some GPU has 16.0 GiB; it needs about 18." in told) is refused
    assert ("use a larger GPU, or device=cpu" in told) is refused


def test_steps_run_on_one_thread_and_the_caller_keeps_its_own() -> None:
    def steps() -> Generator[tuple[int, bool]]:
        for _ in range(3):
            yield torch.get_num_threads(), torch.is_inference_mode_enabled()

    torch.set_num_threads(2)
    for seen in stepwise(steps(), CPU, "it needs little"):
        assert seen == (1, True)
        assert (torch.get_num_threads(), torch.is_inference_mode_enabled()) == (2, False)


def test_a_step_that_fails_gives_the_threads_back() -> None:
    torch.set_num_threads(2)
    with pytest.raises(RuntimeError, match="other"), settled(CPU, "it needs little"):
        raise RuntimeError("other")
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize(
    "take",
    [
        lambda: torch.empty(10**17),
        lambda: np.empty(10**17),
        lambda: _raise(torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")),
    ],
    ids=["torch", "numpy", "cuda"],
)
def test_memory_that_runs_out_is_told_with_the_need(take) -> None:
    with (
        pytest.raises(GeneratorError, match="memory ran out; it needs about 9 GiB"),
        settled(CPU, "it needs about 9 GiB"),
    ):
        take()


def _raise(error: Exception) -> None:
    raise error


def test_closing_the_steps_closes_what_they_run() -> None:
    closed = []

    def steps() -> Generator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    source = steps()  # held here too, so that only a call of close() ends it
    stream = stepwise(source, CPU, "")
    assert next(stream) == 1
    stream.close()
    assert closed == [True]
