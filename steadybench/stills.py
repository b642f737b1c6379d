"""Clips and stills for the pages, made in worker processes: after measuring, or when a report is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.execute import Limits, run_all

if TYPE_CHECKING:
    from reports.media import Media, Order, Spread

_WORTH_A_WORKER = 4
"""Clips from which starting worker processes costs less than it saves."""


def spread(limits: Limits) -> Spread:
    """Return how a report works on its clips: with one worker or few clips here, else in workers.

    A file that brings down its worker is shown as one that cannot be shown.
    """
    def work(function: Callable[[Order], Media], orders: Sequence[Order]) -> Iterator[tuple[int, Media]]:
        from reports.media import Media, one_by_one

        if limits.jobs == 1 or len(orders) < _WORTH_A_WORKER:
            yield from one_by_one(function, orders)
            return
        with closing(run_all(function, orders, limits)) as outcomes:
            for outcome in outcomes:
                lost = Media(problem=f"The file cannot be shown: {outcome.failure}.")
                yield outcome.index, outcome.result or lost

    return work


def keep(path: Path, clip_sha256: str, folder: Path) -> None:
    """Leave a clip's stills for the report that follows; where that fails, the report tries again."""
    from reports.media import Order, prepare

    with suppress(OSError):
        prepare(Order(path, clip_sha256[:12], folder))
