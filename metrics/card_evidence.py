"""The sections of a card that were measured: response, cost, agreement between machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from metrics.card import Section, Table
from metrics.card_data import Evidence, Response
from metrics.declaration import Declaration
from metrics.types import Quantity

NOT_VALIDATED = "Not validated yet: `validation.csv`, which ships with the package, has no row of it."
NOT_MEASURED = "Not measured yet."


def validation(declared: Declaration, found: Evidence) -> Section:
    """What the headline numbers made of every perturbation, and how selective each number is."""
    known = [q for q in declared.quantities if q.id in found.responses]
    if not known:
        return Section("Validation", (NOT_VALIDATED,))
    shown = [q for q in known if q.headline] or known[:1]
    whole = "Perturbed minus clean, from `steadybench validate`. Each number's card has its own response."
    return Section(
        "Validation",
        (whole, *(f"`{q.id}`: {_floor(found.responses[q.id])}" for q in shown)),
        tables=(_selectivity(known, found.selectivity), *(_curve(found, q.id) for q in shown)),
    )


def _selectivity(quantities: Sequence[Quantity], rows: Mapping[str, Mapping[str, str]]) -> Table:
    columns = ("selectivity", "auc", "weakest_target", "strongest_nuisance")
    body = [(f"`{q.id}`", *(rows[q.id].get(c, "") for c in columns)) for q in quantities if q.id in rows]
    return Table(("number", "selectivity", "AUC", "weakest target", "strongest nuisance"), tuple(body))


def _floor(rows: Sequence[Response]) -> str:
    """The nuisance floor in words: below it a number cannot be told from a change that means nothing."""
    nuisances = [r for r in rows if r.role == "nuisance" and r.response is not None]
    if not nuisances:
        return "no nuisance was tried."
    worst = max(nuisances, key=lambda r: abs(r.response or 0.0))
    return (
        f"nuisance floor {_short(abs(worst.response or 0.0))} in its unit, the largest mean change that any "
        f"nuisance made (`{worst.perturbation}` at {worst.severity:g})."
    )


def response(metric: str, found: Evidence) -> Section:
    """Everything that one number made of every perturbation."""
    if metric not in found.responses:
        return Section("Response", (NOT_VALIDATED,))
    return Section("Response", (_floor(found.responses[metric]),), tables=(_curve(found, metric),))


def _curve(found: Evidence, metric: str) -> Table:
    """One row a perturbation: the response at each severity, mild to strong, and how sure it is."""
    grouped: dict[str, list[Response]] = {}
    for row in found.responses[metric]:
        grouped.setdefault(row.perturbation, []).append(row)
    return Table(
        ("perturbation", "role", "severities", f"response of {metric}", "clean spreads", "d_z", "rho", "AUC"),
        tuple(_line(name, rows) for name, rows in grouped.items()),
    )


def _line(name: str, rows: Sequence[Response]) -> tuple[str, ...]:
    last = rows[-1]
    return (
        name,
        last.role,
        ", ".join(f"{r.severity:g}" for r in rows),
        ", ".join(_short(r.response) for r in rows),
        _short(last.clean_spreads),
        _short(last.d_z),
        _short(last.rho),
        _short(last.auc),
    )


def cost(name: str, measured: Mapping[str, Any]) -> Section:
    """CPU time per second of video: the measurement's own, and the share of the common pass."""
    own = measured.get("measurements", {}).get(name)
    if own is None:
        return Section("Cost", (NOT_MEASURED,))
    text = (
        f"{own['own_cpu_s_per_video_s']:.3g} CPU seconds per video second by itself, beside "
        f"{measured['shared_cpu_s_per_video_s']:.3g} that all share ({measured['shared']}). {own['note']}"
    )
    where = f"Measured with `{measured['command']}` on {measured['clip']}; {measured['machine']}."
    return Section("Cost", (text.strip(), where))


def agreement(quantities: Sequence[Quantity], compared: Mapping[str, Any]) -> Section:
    """How far each number may differ between machines, and how far it did."""
    seen: Mapping[str, float] = compared.get("largest_difference", {})
    rows = tuple(
        (f"`{q.id}`", "exact" if q.tolerance == 0 else _short(q.tolerance), _short(seen.get(q.id)))
        for q in quantities
        if not q.id.endswith(".level")
    )
    text = (
        "Numbers of one identity may differ by this much, or by half a percent, between machines and library "
        "versions."
    )
    where = compared.get("variants")
    told = f"Seen on the golden clips between {where}." if where else "Differences were not measured yet."
    return Section(
        "Agreement between machines",
        (f"{text} {told}",),
        tables=(Table(("number", "allowed", "seen"), rows),),
    )


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
