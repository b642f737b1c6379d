"""Workers that share a GPU are counted before they start."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from generators.contract import GeneratorInfo, Job
from generators.engine.estimate import told_size
from steadybench.crowd import check_crowd
from steadybench.errors import InputError
from steadybench.outlook.engine import engine_row
from steadybench.plan import Method, PlannedClip
from tests.generators.conftest import PROMPT

GIB = 2**30


def clips(spec: str, count: int, **options: str) -> list[PlannedClip]:
    method, _, configuration = spec.partition(":")
    info = GeneratorInfo(method, configuration, "any", 1)
    return [
        PlannedClip(Method(spec, options, info), Job(PROMPT, seed, 5.0, 16.0, 832, 480))
        for seed in range(count)
    ]


@pytest.fixture(autouse=True)
def _two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [24 * GIB, 80 * GIB]
    cuda = SimpleNamespace(
        device_count=lambda: len(sizes),
        get_device_properties=lambda number: SimpleNamespace(total_memory=sizes[number]),
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))


def wan(spec: str, count: int, device: str) -> list[PlannedClip]:
    return clips(spec, count, backbone="wan2.1-1.3b", device=device)


def test_two_workers_on_a_card_for_one_are_refused() -> None:
    row = engine_row("self-forcing:long", {"backbone": "wan2.1-1.3b", "device": "cuda"})
    assert row and row.memory.total < 24 * GIB < 2 * row.memory.total
    with pytest.raises(InputError) as caught:
        check_crowd(wan("self-forcing:long", 3, "cuda"), 2)
    told = str(caught.value)
    assert f"2 workers need about {told_size(2 * row.memory.total)} together on cuda:0, which" in told
    assert "has 24.0 GiB" in told and "fewer --jobs" in told


@pytest.mark.parametrize(
    ("left", "jobs"),
    [
        (wan("self-forcing:long", 3, "cuda"), 1),
        (wan("self-forcing:long", 1, "cuda:0"), 2),
        (wan("self-forcing:long", 3, "cuda:1"), 3),
        (wan("self-forcing:long", 1, "cuda:0") + wan("causvid", 1, "cuda:1"), 2),
        (wan("self-forcing:long", 3, "cpu"), 9),
        (clips("self-forcing:long", 9, device="cuda"), 8),
        (clips("procedural:clean", 9), 8),
        ([], 4),
    ],
)
def test_what_fits_goes_on(left: list[PlannedClip], jobs: int) -> None:
    check_crowd(left, jobs)


def test_workers_of_two_methods_count_together() -> None:
    left = wan("self-forcing:long", 1, "cuda") + wan("causvid:common", 1, "cuda:0")
    with pytest.raises(InputError, match="2 workers need about"):
        check_crowd(left, 2)
