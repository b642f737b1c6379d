"""A plan in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from generators.engine.estimate import told_size
from steadybench.outlook import fetch, words
from steadybench.outlook.gpus import Card
from steadybench.outlook.outlook import Outlook
from steadybench.outlook.past import Pace
from steadybench.outlook.rows import Row

WIDTH = 99
"""Characters of a line, without its name."""
UNKNOWN = "not measured here: make one clip first"


def lines(plan: Outlook) -> Iterator[str]:
    """The whole plan, line by line."""
    yield plan.title
    for row in plan.rows:
        yield ""
        yield row.name
        yield from _listed(_row(row, plan.card))
    yield ""
    yield "In all"
    yield from _listed(_whole(plan))


def summary(plan: Outlook) -> str:
    """What is to be made, in one line."""
    seconds = sum(row.to_make * row.job.seconds for row in plan.rows)
    return f"{words.many(plan.to_make, 'clip')} to make, {words.time(seconds)} of video"


def _listed(found: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Short names, each with its text broken into lines."""
    for name, told in found:
        first, *more = textwrap.wrap(told, WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f"  {name:<8} {first}"
        yield from (f"{'':<11}{line}" for line in more)


def _row(row: Row, card: Card | None) -> Iterator[tuple[str, str]]:
    job = row.job
    finished = "finished ones unknown" if row.finished is None else f"{row.finished} finished"
    picture = f"{job.width}x{job.height}, {job.fps:g} frames a second"
    yield "clips", f"{row.to_make} to make of {row.clips} ({finished}); {job.seconds:g} s each, {picture}"
    if row.cost:
        rollouts = f" in {row.cost.rollouts} rollouts" if row.cost.rollouts > 1 else ""
        network = f"network {words.flops(row.cost.network.flops)}"
        codec = "" if row.cost.codec is None else f", autoencoder {words.flops(row.cost.codec)}"
        yield (
            "a clip",
            f"{row.cost.latents} latent frames{rollouts}, {row.cost.network.passes} passes; {network}{codec}",
        )
    yield "time", "; ".join(_time(row, card))
    if row.memory:
        yield "memory", _memory(row, card)
    yield "disk", _disk(row)
    for fault in row.refusals:
        yield "refused", fault


def _time(row: Row, card: Card | None) -> Iterator[str]:
    if row.floor_s is not None and card:
        told = f"floor {words.time(row.floor_s)} a clip on {card.name}"
        all_of_them = words.time((row.floor_hours or 0) * 3600)
        yield f"{told}, {all_of_them} in all, which no program reaches"
    if row.pace is not None:
        yield f"about {words.time((row.hours or 0) * 3600)} in all at {_pace(row.pace)}"
    else:
        yield UNKNOWN
    for pace in row.elsewhere:
        yield f"elsewhere {_pace(pace)}"


def _pace(pace: Pace) -> str:
    clips = words.many(pace.clips, "clip")
    device = pace.device or "a device that was not told"
    return f"{pace.per_second:.3g} s a second of video ({clips}, {device})"


def _memory(row: Row, card: Card | None) -> str:
    if row.memory is None:
        return ""
    need = row.memory
    of = f" of {told_size(card.usable)} usable on {card.name}" if card else ""
    parts = {
        "weights": need.weights,
        "memory of the method": need.cache + need.context,
        "a pass": need.work,
        "autoencoder": need.codec,
        "reading the prompt, before": need.text,
    }
    return f"{told_size(need.total)}{of}: " + ", ".join(
        f"{name} {told_size(count)}" for name, count in parts.items() if count
    )


def _disk(row: Row) -> str:
    if row.disk is None:
        return "unknown before a clip is finished: its files are not written by our encoder"
    source = f"measured on {words.many(row.disk.clips, 'clip')}" if row.disk.clips else "usual range"
    return f"{words.span(row.disk)} a clip ({source}), {words.span(row.disk * row.to_make)} in all"


def _whole(plan: Outlook) -> Iterator[tuple[str, str]]:
    yield "clips", summary(plan)
    yield "hours", "; ".join(_in_hours(plan))
    if plan.flops:
        yield "work", f"{words.flops(plan.flops)} of network and autoencoder, where it is known"
    if plan.memory is not None:
        yield "memory", f"{told_size(plan.memory)} at most, on the device"
    free = "" if plan.free is None else f"; {words.size(plan.free)} free at {plan.out}"
    full = ": too little" if plan.too_full else ""
    yield "disk", f"{_clips(plan)}{free}{full}"
    if plan.to_fetch:
        yield from _fetch(plan)
    refused = [row.name for row in plan.rows if row.refusals]
    if refused:
        yield "refused", f"{len(refused)} of {words.many(len(plan.rows), 'row')}: {', '.join(refused)}"


def _clips(plan: Outlook) -> str:
    """Disk of all clips, as far as it is known."""
    unknown = sum(row.disk is None for row in plan.rows)
    if unknown == len(plan.rows):
        return "clips unknown"
    besides = f" without {words.many(unknown, 'row')} of unknown size" if unknown else ""
    return f"clips {words.span(plan.disk)}{besides}, in work {words.size(plan.in_work)} a worker"


def _fetch(plan: Outlook) -> Iterator[tuple[str, str]]:
    sizes: dict[str, list[int | None]] = {}
    for file in plan.to_fetch:
        sizes.setdefault(fetch.name_of(file), []).append(file.size)
    yield "to fetch", ", ".join(f"{name} {_size(found)}" for name, found in sizes.items())
    yield "", f"steadybench weights fetch {' '.join(sizes)}"


def _size(found: Sequence[int | None]) -> str:
    if None in found:
        return "(size unknown)"
    return words.size(sum(size or 0 for size in found))


def _in_hours(plan: Outlook) -> Iterator[str]:
    if plan.floor_hours is not None and plan.card:
        some = sum(row.floor_s is not None for row in plan.rows)
        part = "" if some == len(plan.rows) else f", {some} of {words.many(len(plan.rows), 'row')}"
        yield f"{plan.floor_hours:.2g} GPU-hours at the least on {plan.card.name} (floor{part})"
    yield UNKNOWN if plan.hours is None else f"about {plan.hours:.2g} at the measured paces"
