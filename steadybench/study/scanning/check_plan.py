"""What the design gives away: which files are there, in which order, and who stands on which side."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from steadybench.study.scanning import payload
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import belongs, clip_path
from steadybench.study.scanning.finding import Finding

CHANCE = 1e-6
"""Probability below which one side is no chance."""


def files(case: Case) -> Iterator[Finding]:
    """Clips and sessions that are missing, and those that nobody is shown."""
    export = case.export
    shown = {token for pair in export.pairs for token in pair}
    there = {entry.path for entry in export.entries if entry.readable and belongs(entry.path)}
    clips = {path for path in there if path.startswith("clips/")}
    wanted = {clip_path(token) for token in shown}
    again = "Export again."
    yield from (Finding("files", path, "missing; a session shows it", again)
                for path in sorted(wanted - clips))  # fmt: skip
    if export.study is not None:
        told = "no session shows it; it may be one that was excluded"
        yield from (Finding("files", path, told, "Remove it.") for path in sorted(clips - wanted))
        listed = {f"{payload.SESSIONS}/{own}.js" for own in _listed(case)}
        sessions = {path for path in there if path.startswith(f"{payload.SESSIONS}/")}
        yield from (Finding("files", path, "missing; study.js lists it", again)
                    for path in sorted(listed - sessions))  # fmt: skip
        yield from (Finding("files", path, "study.js does not list it", "Remove it.")
                    for path in sorted(sessions - listed))  # fmt: skip
        untold = shown - export.study.seconds.keys()
        extra = export.study.seconds.keys() - shown
        yield from (Finding("files", payload.STUDY, f"seconds has no length of {token}", again)
                    for token in sorted(untold))  # fmt: skip
        yield from (Finding("files", payload.STUDY, f"seconds tells of {token}, which nobody is shown", again)
                    for token in sorted(extra))  # fmt: skip


def order(case: Case) -> Iterator[Finding]:
    """Lists whose order could follow the methods."""
    sessions = _listed(case)
    if sessions != sorted(sessions):
        told = "sessions are listed in another order than that of their names"
        yield Finding("order", payload.STUDY, told, "Export again; lists must be sorted by token.")


def sides(case: Case) -> Iterator[Finding]:
    """Clips and pairs that stand on one side too often."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    turned: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    instructions = _instructions(case)
    for sitting in case.export.sittings.values():
        for trial in sitting.trials:
            if frozenset((trial.left, trial.right)) in instructions:
                continue  # both sides show it, each always its own
            counts[trial.left][0] += 1
            counts[trial.right][1] += 1
            first, second = sorted((trial.left, trial.right))
            turned[first, second][trial.left != first] += 1
    do = "Plan again: each pair must be shown as often each way round."
    for what, tally in (("clip", list(counts.values())), ("pair", list(turned.values()))):
        chance = _fisher([_two_sided(left, right) for left, right in tally])
        if chance < CHANCE:
            one_way = sum(min(sides) == 0 for sides in tally)
            told = f"{one_way} of {len(tally)} {what}s always stand the same way round; that is no chance"
            yield Finding("sides", f"{payload.SESSIONS}/", told, do)
            return


def _instructions(case: Case) -> set[frozenset[str]]:
    """Pairs of two clips that stand still and are shown beside each other only."""
    partners: dict[str, set[str]] = defaultdict(set)
    for left, right in case.export.pairs:
        partners[left].add(right)
        partners[right].add(left)
    stills = {token for token, clip in case.export.clips.items() if not clip.repeats}
    alone = {token for token in stills if len(partners[token]) == 1 and partners[token] <= stills}
    return {frozenset((token, *partners[token])) for token in alone if partners[token] <= alone}


def _two_sided(left: int, right: int) -> float:
    """Probability that a fair coin parts so many throws at least as unevenly."""
    total, more = left + right, max(left, right)
    return min(1.0, 2 * math.fsum(math.comb(total, k) / 2**total for k in range(more, total + 1)))


def _fisher(chances: list[float]) -> float:
    """Joint probability of independent tests (Fisher 1932); few throws make it too large, never too small."""
    half = -sum(map(math.log, chances))
    term = total = math.exp(-half)
    for k in range(1, len(chances)):
        term *= half / k
        total += term
    return min(1.0, total) if chances else 1.0


def _listed(case: Case) -> list[str]:
    study = case.export.payloads.get(payload.STUDY)
    found = study.body.get("sessions") if study else None
    return [own for own in found if isinstance(own, str)] if isinstance(found, list) else []

