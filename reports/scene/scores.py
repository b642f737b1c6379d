"""The table of a prompt page: when axes fail, how bad they end, why a number is missing or struck out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.axes import TASK_AXES, style_of, title_of
from reports.gather import Column, Shot, columns
from reports.site.site import Site
from reports.values import Cell, cell, mask_warnings, reasons

QUANTITIES = (("onset", "onset, s"), ("late", "late level"))
"""What stands in the table of each axis, with its heading."""


@dataclass(frozen=True, slots=True)
class Head:
    """Heading of a number, its axis and identity."""

    column: Column
    quantity: str
    text: str

    @property
    def metric(self) -> str:
        """Id of the number."""
        return f"{self.column.axis}.{self.quantity}"


@dataclass(frozen=True, slots=True)
class Group:
    """The numbers of an axis under one identity."""

    title: str
    style: str
    identity: str
    """Empty where the axis has only one."""
    url: str
    heads: tuple[Head, ...]


def groups(site: Site, shots: Sequence[Shot]) -> tuple[Group, ...]:
    """Find the axes that these clips were measured on, each once for each identity."""
    found = columns(shots)
    axes = [column.axis for column in found]
    return tuple(
        Group(title_of(column.axis), style_of(column.axis), column.identity * (axes.count(column.axis) > 1),
              site.metric_url(column.axis), _heads(column, shots))
        for column in found
    )


def _heads(column: Column, shots: Sequence[Shot]) -> tuple[Head, ...]:
    heads = (Head(column, quantity, text) for quantity, text in QUANTITIES)
    return tuple(head for head in heads
                 if head.quantity == "onset" or any(shot.get(head.metric, column.identity) for shot in shots))


def cells(shot: Shot, all_groups: Sequence[Group]) -> tuple[Cell, ...]:
    """Write a clip's numbers in the order of the headings."""
    return tuple(cell(shot, shot.get(head.metric, head.column.identity))
                 for group in all_groups for head in group.heads)


def remarks(shot: Shot) -> tuple[str, ...]:
    """Say why numbers are missing or not credited, and which of them hang on the mask."""
    hang = [title_of(axis).lower() for axis in TASK_AXES
            if any(sentence.startswith(f"{title_of(axis)} hangs") for sentence in mask_warnings(shot))]
    return (*reasons(shot), *([f"Hangs on the mask: {', '.join(hang)}"] if hang else []))
