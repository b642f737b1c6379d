"""Cards of the measurements, made from their declarations and from what was measured about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from metrics.card import Card, Section, Table, markdown
from metrics.card_data import Evidence, evidence
from metrics.card_evidence import agreement, cost, response, validation
from metrics.declaration import Declaration, constants
from metrics.declarations import declaration, declarations
from metrics.thresholds import thresholds
from metrics.types import Quantity, Range

ARROWS = {"higher": "higher is better", "lower": "lower is better", "none": "neither is better"}


def card(declared: Declaration, found: Evidence) -> Card:
    """The card of a whole measurement.

    Args:
        declared: what the measurement says about itself.
        found: what was measured about it.

    """
    return Card(
        declared.name,
        declared.question,
        (
            Section(
                "Definition",
                (declared.definition, f"Formula: {declared.source}."),
                tables=_constants(declared),
            ),
            Section("Numbers", ("★ marks the headline numbers.",), tables=(_numbers(declared.quantities),)),
            _needs(declared),
            _claims(declared),
            validation(declared, found),
            cost(declared.name, found.cost),
            agreement(declared.quantities, found.agreement),
            Section("Known failures", points=declared.known_failures),
            _history(declared),
        ),
    )


def quantity_card(declared: Declaration, quantity: Quantity, found: Evidence) -> Card:
    """The card of one number: its full response, and what its measurement needs and gets wrong."""
    one = replace(declared, quantities=(quantity,), valid_when=quantity.valid_when or declared.valid_when)
    where = f"Part of `{declared.name}`, version {declared.version}: {declared.question}"
    return Card(
        quantity.id,
        quantity.meaning,
        (
            Section("Definition", (where, declared.definition), tables=(_numbers((quantity,)),)),
            _needs(one),
            response(quantity.id, found),
            cost(declared.name, found.cost),
            agreement((quantity,), found.agreement),
            Section("Known failures of the measurement", points=declared.known_failures),
            _history(declared),
        ),
    )


def pages(found: Evidence | None = None) -> dict[str, str]:
    """File name and Markdown of every measurement's card, as ``docs/cards`` holds them."""
    known = evidence() if found is None else found
    return {f"{one.name}.md": markdown(card(one, known)) for one in declarations()}


def page(name: str, found: Evidence | None = None) -> str:
    """Markdown of one card.

    Args:
        name: a measurement, such as ``drift``, or one of its numbers, such as ``drift.late``.
        found: what was measured; left out: the data that ships with the package.

    Raises:
        LookupError: nothing has this name; the message names the nearest.

    """
    known = evidence() if found is None else found
    declared = declaration(name)
    quantity = next((q for q in declared.quantities if q.id == name), None)
    return markdown(card(declared, known) if quantity is None else quantity_card(declared, quantity, known))


def range_text(bounds: Range) -> str:
    """``0 to 1``, ``0 or more``, ``any``."""
    low, high = bounds
    if low is None and high is None:
        return "any"
    if high is None:
        return f"{low:g} or more"
    return f"up to {high:g}" if low is None else f"{low:g} to {high:g}"


def _constants(declared: Declaration) -> tuple[Table, ...]:
    rows = tuple((f"`{c.name}`", c.value, c.meaning) for c in constants(declared.module))
    parts = tuple(
        (f"`{part}`", f"{limits.natural:g}", f"{limits.failed:g}")
        for part, limits in thresholds().items()
        if part.startswith(f"{declared.name}.")
    )
    found = (
        Table(("constant", "value", "meaning"), rows),
        Table(("part of the level", "natural up to (level 0)", "failed from (level 0.5)"), parts),
    )
    return tuple(table for table in found if table.rows)


def _numbers(quantities: Sequence[Quantity]) -> Table:
    rows = [
        (
            f"`{q.id}`{' ★' if q.headline else ''}{' (curve)' if q.curve else ''}",
            q.unit,
            range_text(q.range or (None, None)),
            ARROWS[q.better],
            q.meaning + (f" Exists when: {q.valid_when}" if q.valid_when else ""),
        )
        for q in quantities
    ]
    return Table(("number", "unit", "range", "direction", "meaning"), tuple(rows))


def _needs(declared: Declaration) -> Section:
    needs = declared.needs
    points = [
        f"Exists when: {declared.valid_when} Otherwise it abstains with the reason.",
        f"Mask: {needs.mask}.",
        f"Flow: {needs.flow}.",
        f"Length: {needs.min_duration_s:g} s or more.",
        f"Frame rate: {needs.fps}.",
        f"Package: {f'extra `{needs.extra}`' if needs.extra else 'base install'}.",
    ]
    names = list(dict.fromkeys(name for q in declared.quantities for name in q.weights))
    if not names:
        return Section("Needs", points=(*points, "Weights: none."))
    return Section("Needs", points=tuple(points), tables=(_weights(names, declared.quantities),))


def _weights(names: Sequence[str], quantities: Sequence[Quantity]) -> Table:
    from metrics.weights import entry

    rows = []
    for name in names:
        weights = entry(name)
        users = ", ".join(f"`{q.id}`" for q in quantities if name in q.weights)
        rows.append((f"`{name}`", weights.licence, f"`{weights.sha256 or 'not pinned'}`", users))
    return Table(("weights", "licence", "SHA-256", "needed by"), tuple(rows))


def _claims(declared: Declaration) -> Section:
    points = [f"Responds to: {', '.join(declared.responds_to)}."]
    if declared.ignores:
        points.append(f"Ignores: {'; '.join(declared.ignores)}.")
    return Section("Meant to", points=tuple(points))


def _history(declared: Declaration) -> Section:
    newest = reversed(declared.history)
    return Section("Version history", points=tuple(f"{c.version} ({c.date}): {c.what}" for c in newest))
