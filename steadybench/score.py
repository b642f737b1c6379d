"""Score clips: wanted minus present is measured, then tables and report follow from the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from metrics.types import Json
from reports.modes import AS_THEY_ARE, Mode
from steadybench import atomic, reporting, runinfo, tables, vbench_table, wanted
from steadybench.collect import Collected, collect
from steadybench.errors import INCOMPLETE, OK
from steadybench.execute import Limits
from steadybench.exporting import NOTHING, Exports
from steadybench.measurer import Measurer
from steadybench.measuring import measure_all, open_tasks
from steadybench.progress import Progress
from steadybench.store import Store
from steadybench.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Order:
    """How to work, whatever is scored."""

    out: Path
    command: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    report: bool = True
    published: bool = False
    """Show all published values in the report, whatever panels were measured."""
    pairs: tuple[str, ...] = ()
    """Rules for further pairs of clips that get overlays, besides those chosen before."""
    mode: Mode = AS_THEY_ARE
    """How clips come along with the pages, and whether there is one file of all too."""
    exports: Exports = NOTHING
    """Tables and figures for papers that are wanted beside the pages."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended."""

    clips: int
    failed: tuple[str, ...]
    """Names of clips that lack a record, each with the reason."""
    index: Path | None
    """The report's front page."""

    @property
    def exit_code(self) -> int:
        """0 only if every wanted record exists."""
        return INCOMPLETE if self.failed else OK


def score_paths(
    paths: Sequence[Path],
    manifest: Path | None,
    measurer: Measurer,
    order: Order,
    say: Progress,
) -> Summary:
    """Score files and folders into ``order.out``.

    Raises:
        SteadybenchError: with an exit code and a message for people.
    """
    with atomic.locked(order.out):
        atomic.sweep(order.out)
        collected = collect(paths, manifest, order.out)
        about: dict[str, Json] = {"asked": {"manifest": str(manifest)}} if manifest else {}
        return score_entries("Clips scored by steadybench", collected, measurer, order, say, about)


def score_entries(
    title: str,
    collected: Collected,
    measurer: Measurer,
    order: Order,
    say: Progress,
    about: Mapping[str, Json] = MappingProxyType({}),
) -> Summary:
    """Measure what has no record yet, then write tables and report. The folder must be locked.

    ``about`` is what ``run.json`` keeps of where the clips come from.
    """
    for notice in collected.notices:
        say(notice)
    sources = sorted({entry.mask_source for entry in collected.entries})
    target = Wanted(
        title=title,
        entries=collected.entries,
        identities={source: dict(measurer.identities(source)) for source in sources},
        quantities=tuple(measurer.quantities()),
        limits=tuple(collected.notices),
    )
    wanted.save(target, order.out)
    store = Store(order.out, say)
    tasks = open_tasks(target, store, order.out, order.out / "report" / "clips" if order.report else None)
    say(f"{_count(len(collected.entries))}, {len(tasks)} to measure.")
    measure_all(tasks, measurer, store, order.limits, say)
    run = runinfo.describe(order.command, measurer.settings(), target, collected.notices, about)
    runinfo.save(run, order.out)
    return publish(target, store, order, say)


def rebuild(order: Order, say: Progress) -> Summary:
    """Make tables and report again from the records of an earlier run."""
    target = wanted.load(order.out)
    with atomic.locked(order.out):
        return publish(target, Store(order.out, say), order, say)


def publish(target: Wanted, store: Store, order: Order, say: Progress) -> Summary:
    """Write tables and report from records alone, and say how complete they are."""
    made = tables.build(target, store.load)
    tables.write(made, order.out)
    quality = vbench_table.save(made.results, order.out)
    if quality is not None:
        say(f"VBench's overall scores of each method: {quality}")
    run = runinfo.load(order.out)
    index = reporting.build(
        target, store, run, order.out, say, pages=order.report, published=order.published, pairs=order.pairs,
        limits=order.limits, mode=order.mode, exports=order.exports,
    )
    failed = tuple(f"{clip}: {reason}" for clip, reason in made.failures())
    for line in failed:
        say(f"Failed: {line}")
    say(f"{_count(len(target.entries))}, {len(failed)} failed. Tables: {order.out / 'results.csv'}")
    return Summary(len(target.entries), failed, index)


def _count(clips: int) -> str:
    return "1 clip" if clips == 1 else f"{clips} clips"
