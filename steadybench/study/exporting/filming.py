"""Makes all films of a study in worker processes, and keeps those that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from steadybench.errors import StorageError
from steadybench.execute import Limits, run_all
from steadybench.progress import Progress
from steadybench.study.exporting import ledger
from steadybench.study.exporting.making import make
from steadybench.study.exporting.order import Made, Order, failed

_LIMIT_S = 3600.0
"""For one film."""


def films(study: Path, every: Sequence[Order], jobs: int, progress: Progress) -> dict[str, Made]:
    """Every film by the identity of its order: kept ones, and those made now; some may have a fault.

    Args:
        study: folder of the plan, where finished films are noted.
        every: what is needed.
        jobs: worker processes.
        progress: is told how far it is.

    Raises:
        StorageError: the disk is full, or notes cannot be written.
    """
    found = {order.identity: made for order in every if (made := ledger.kept(study, order)) is not None}
    todo = [order for order in every if order.identity not in found]
    if found:
        progress(f"{len(found)} of {len(every)} clips are there already.")
    work = sum(order.stimulus.seconds for order in todo)
    with (progress.stage("Encoding clips", len(todo), work, jobs) as stage,
          closing(run_all(make, todo, Limits(jobs, _LIMIT_S))) as outcomes):
        for outcome in outcomes:
            order, made = todo[outcome.index], outcome.result or failed(outcome.failure)
            if made.disk_full:
                raise StorageError(f"Cannot write {order.folder}: {made.fault}. Free some space, then "
                                   "run the same command again; finished clips are kept.")
            if not made.fault:
                ledger.keep(study, order, made)
            found[order.identity] = made
            stage.done(order.stimulus.seconds, f"{named(order)}: failed" if made.fault else "")
    return found


def named(order: Order) -> str:
    """Name of the clip, for whoever holds the key."""
    return order.source.clip if order.source else f"{order.stimulus.kind} {order.tokens[0]}"
