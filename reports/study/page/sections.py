"""What the template is fed with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from reports.pages import POLICY
from reports.study.estimate import Abstained
from reports.study.page import lead, standing, testing, trust
from reports.study.page.table import Table, table
from reports.study.page.words import Names, percent, share, shortened
from reports.study.pairs import Planned
from reports.study.results import Part, Results
from reports.study.strengths import Strengths
from reports.study.tables.write import TABLES
from reports.text import DASH, count


def context(found: Results) -> dict[str, Any]:
    """Turn results into words and tables."""
    short, common = shortened(found.names)
    names = Names(short, {one.digest: one.name for one in found.raters})
    return {
        "root": "", "here": "index.html", "policy": POLICY, "navigation": (), "styles": ("study.css",),
        "scripts": (), "title": found.title, "run_line": tuple(_line(found)),
        "kind": found.kind, "warnings": tuple(lead.warnings(found)), "facts": tuple(_facts(found, common)),
        "blind": not found.unblinded, "unblinded": found.unblinded,
        "counts": lead.counts(found), "standing": lead.standing(found), "deviations": found.deviations,
        "registration": found.registration, "planned_told": tuple(_planned_told(found, names)),
        "parts": [_part(part, found, names) for part in found.parts],
        "exclusions": _exclusions(found), "rules": found.registration.rules,
        "raters": _raters(found), "aside": _aside(found), "aside_told": _aside_told(found),
        "notes": tuple(_notes(found.notes)), "files": ("analysis.json", *(f"{name}.csv" for name in TABLES)),
    }  # fmt: skip


def _line(found: Results) -> Iterator[tuple[str, str]]:
    yield "steadybench", found.software
    yield "study", found.study[:16]
    if found.registration.digest:
        yield "lock", found.registration.digest[:16]


def _facts(found: Results, common: str) -> Iterator[tuple[str, str]]:
    yield "Systems", f"{len(found.names)}, all {common}" if common else str(len(found.names))
    yield "Prompts", str(len(found.prompts))
    yield "Raters", f"{len(found.raters)} of {found.registration.raters} aimed at"
    yield "Registered", found.registration.locked_at or "never"


def _notes(notes: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tell a reason once, with the places that it holds for; what stands alone is told whole."""
    split = [note.rpartition(": ")[::2] for note in notes]
    times = Counter(reason for place, reason in split if place)
    told: dict[str, list[str]] = {}
    for note, (place, reason) in zip(notes, split, strict=True):
        told.setdefault(reason if place and times[reason] > 1 else note, []).append(place)
    for text, places in told.items():
        yield (f"{len(places)} times: {text}", tuple(places)) if times[text] > 1 else (text, ())


def _planned_told(found: Results, names: Names) -> Iterator[str]:
    for one in found.registration.planned:
        yield f"{one.question}: {names.of(one.better)} over {names.of(one.worse)}"


def _part(part: Part, found: Results, names: Names) -> dict[str, Any]:
    own, everyone = part.counted, part.everyone
    return {
        "id": part.id, "text": part.text, "definition": part.definition,
        "answer": lead.answer(part, found, names), "planned_told": lead.planned(own.planned),
        "gate": lead.gate(part, found.registration.alpha_gate),
        "votes": f"{part.votes_counted:,} of {part.votes_planned:,} planned votes count; "
                 f"{part.units_short} of {count(part.units, 'unit')} have fewer than planned."
                 + (f" {lead.unable(own.counts.unable)}" if own.counts.unable else ""),
        "everyone": lead.answer(_with_everyone(part), found, names) if everyone else "",
        **(_NO_RANKING if found.metric else _ranking(part, names)),
        "metrics": [testing.metric(one, names) for one in own.metrics],
        "differences": tuple(testing.differences(own.differences, names)),
        "agreement": tuple(_agreement(part, found, names)),
        "sides": tuple(trust.sides(own.sides, names)), "times": trust.times(own.responses),
    }  # fmt: skip


def _agreement(part: Part, found: Results, names: Names) -> Iterator[str]:
    yield trust.agreement(part.counted.alpha, names)
    if not found.metric:
        yield trust.halves(part.counted.halves, names)


_NO_RANKING: dict[str, Any] = {
    "strengths": None, "pulled": "", "ties": "", "matrix": (), "contrasts": None, "planned": None,
    "untested": (), "fit": (), "residuals": None,
}  # fmt: skip
"""A validation ranks nobody: its pairs were chosen by what the metric says of them."""


def _ranking(part: Part, names: Names) -> dict[str, Any]:
    own, everyone = part.counted, part.everyone
    fitted = own.strengths if isinstance(own.strengths, Strengths) else None
    other = everyone.strengths if everyone and isinstance(everyone.strengths, Strengths) else None
    return {
        "strengths": standing.strengths(fitted, other, names) if fitted else None,
        "pulled": standing.pulled(fitted, names) if fitted else "",
        "ties": _ties(fitted), "matrix": standing.matrix(fitted, own.duels, names),
        "contrasts": standing.contrasts(fitted, names) if fitted else None,
        "planned": standing.planned([one for one in own.planned if isinstance(one, Planned)], names),
        "untested": [names.text(one.why) for one in own.planned if isinstance(one, Abstained)],
        "fit": tuple(trust.fit(own.fit, names)), "residuals": trust.residuals(own.fit, names),
    }  # fmt: skip


def _with_everyone(part: Part) -> Part:
    return replace(part, counted=part.everyone or part.counted)


def _ties(fitted: Strengths | None) -> str:
    if fitted is None:
        return ""
    why = f" ({fitted.equals_tie.why})" if fitted.equals_tie.why else ""
    return f"Two equals tie in {share(fitted.equals_tie)} of their trials{why}."


def _exclusions(found: Results) -> Table | None:
    return table("Raters and sessions left out", ["Rater", "Left out", "Rule", "Found"], [
        [one.rater, f"session {one.session}" if one.session else "all sessions", one.rule, one.reason]
        for one in found.exclusions])


def _raters(found: Results) -> Table | None:
    return table("Raters", [
        "Rater", "#Sessions, complete", "#Answers", "#Left", "#Right", "#No difference", "#Could not judge",
        "#Checks failed", "#Repeats the same", "#Quickest", "#Play-back", "#Votes that count",
    ], [[one.name, f"{one.sessions}, {one.complete}", one.answers, one.left, one.right, one.ties, one.unable,
         f"{one.checks_failed} of {one.checks}",
         f"{one.repeats_same} of {one.repeats}" if one.repeats else DASH,
         *(DASH if share is None else percent(share) for share in (one.quickest, one.playback)), one.counted]
        for one in found.raters])


def _aside(found: Results) -> Table | None:
    return table("What was set aside", ["Where", "Kind", "Reason"],
                 [[one.place, one.kind, one.reason] for one in found.aside])


def _aside_told(found: Results) -> str:
    kinds = Counter(one.kind for one in found.aside)
    return ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
