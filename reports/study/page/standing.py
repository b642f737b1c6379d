"""Who is better: strengths, ranks, and every pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.study.page.plots import Axis, Reach
from reports.study.page.table import Table, table
from reports.study.page.words import Names, figure, interval, p_value, percent, share, verdict
from reports.study.pairs import Duel, Planned, turned
from reports.study.strengths import Standing, Strengths
from reports.text import DASH, listing


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair in the matrix, read from the row's system."""

    share: str
    """Of decided votes for the row's system."""
    votes: str
    """Won, lost, tied."""
    tone: str
    """``better`` or ``worse`` where the two are told apart, else empty."""


def strengths(found: Strengths, everyone: Strengths | None, names: Names) -> Table | None:
    """List systems, strongest first, with their limits drawn; ``everyone`` is the fit without exclusions."""
    ends = [end for one in found.standings for end in (one.cautious_low, one.cautious_high)]
    axis = Axis(ends)
    other = {one.system: one for one in everyone.standings} if everyone else {}
    heads = ["System", "Letters", "#Strength", "#Cautious limits", "#Rank limits",
             *(("#With everyone",) if everyone else ())]
    rows = [_row(one, other, names) for one in found.standings]
    plots = [Reach(axis.x(one.strength.value), axis.or_none(one.strength.low),
                   axis.or_none(one.strength.high), axis.x(one.cautious_low), axis.x(one.cautious_high))
             for one in found.standings]
    return table("Strengths of the systems", heads, rows, plots, axis)


def _row(one: Standing, other: Mapping[str, Standing], names: Names) -> list[str]:
    reach = f"{one.best_rank}" if one.best_rank == one.worst_rank else f"{one.best_rank}–{one.worst_rank}"
    told = [names.of(one.system), one.letters.replace(" ", "\N{NO-BREAK SPACE}"), figure(one.strength),
            interval(one.cautious_low, one.cautious_high), reach]
    return told + ([figure(other[one.system].strength) if one.system in other else DASH] if other else [])


def pulled(found: Strengths, names: Names) -> str:
    """Say whose strengths rest on the ridge too; empty where nobody's does."""
    own = [names.of(one.system) for one in found.standings if one.pulled]
    if not own:
        return ""
    lie, whose = ("lies", "its") if len(own) == 1 else ("lie", "their")
    return (f"How far off {listing(own)} {lie} is said by the ridge too, since nearly all votes between some "
            f"systems fall one way or votes are few; {whose} limits are wide for that reason.")


def matrix(found: Strengths | None, duels: Sequence[Duel], names: Names
           ) -> tuple[tuple[str, tuple[Cell | None, ...]], ...]:
    """Hold every system against every other one; rows and columns in the order of strengths."""
    by_pair = {(own.first, own.second): own for one in duels for own in (one, turned(one))}
    order = [one.system for one in found.standings] if found else sorted({pair[0] for pair in by_pair})
    apart = {(c.first, c.second) for c in found.contrasts if c.apart} if found else set()
    return tuple((names.of(row), tuple(_cell(by_pair.get((row, column)), apart) for column in order))
                 for row in order)


def _cell(duel: Duel | None, apart: set[tuple[str, str]]) -> Cell | None:
    if duel is None:
        return None
    tone = "better" if (duel.first, duel.second) in apart else \
        "worse" if (duel.second, duel.first) in apart else ""
    return Cell(percent(duel.share.value) if duel.share else DASH,
                f"{duel.wins_first}, {duel.wins_second}, {duel.ties}", tone)


def planned(found: Sequence[Planned], names: Names) -> Table | None:
    """List the comparisons that were planned."""
    return table("Planned comparisons", [
        "Expected", "Found", "#Decided votes for the first", "#Prompts for, against", "#p, sign test",
        "#p, Holm", "#Votes won, lost, tied",
    ], [[f"{names.of(one.better)} over {names.of(one.worse)}", verdict(one), share(one.duel.share),
         f"{one.duel.prompts_first}, {one.duel.prompts_second}", p_value(one.p), p_value(one.p_holm),
         f"{one.duel.wins_first}, {one.duel.wins_second}, {one.duel.ties}"] for one in found])


def contrasts(found: Strengths, names: Names) -> Table | None:
    """List every pair by the fit."""
    return table("Every pair by the fit", [
        "Stronger", "Other", "#Difference of strengths", "#Expected share of decided votes",
        "#Ahead in resamples", "#p", "#p, Holm", "Told apart",
    ], [[names.of(one.first), names.of(one.second), figure(one.difference), percent(one.wins),
         percent(one.ahead), p_value(one.p), p_value(one.p_holm), "yes" if one.apart else "no"]
        for one in found.contrasts])
