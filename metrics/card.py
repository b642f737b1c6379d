"""A metric's card as plain data, and as Markdown: a page of sections that any report can lay out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of plain text; the first row names the columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs, points and tables, in this order."""

    title: str
    text: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Everything to know before believing a number."""

    name: str
    lead: str
    sections: tuple[Section, ...]


def markdown(card: Card) -> str:
    """The card as a Markdown page; equal cards give equal text."""
    blocks = [f"# {card.name}", card.lead]
    for section in card.sections:
        blocks.append(f"## {section.title}")
        blocks += section.text
        if section.points:
            blocks.append("\n".join(f"* {point}" for point in section.points))
        blocks += [_table(table) for table in section.tables]
    return "\n\n".join(blocks) + "\n"


def _table(table: Table) -> str:
    lines = [table.head, ("---",) * len(table.head), *table.rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())
