"""A table for people as GitHub's Markdown."""

from __future__ import annotations

import html
import re

from reports.exports.human import Page, Text

_SPECIAL = re.compile(r"[\\`*_\[\]|~$]")
_LEADING = re.compile(r"^([-+#>=]|\d+[.)])")


def to_markdown(page: Page) -> bytes:
    """Write caption, table and notes; every text is escaped."""
    heads = [escaped(" ".join(filter(None, (head.text, head.below, head.arrow)))) for head in page.heads]
    lines = [f"**{escaped(page.caption)}**", "", _line(heads), _line(["---", *["---:"] * (len(heads) - 1)])]
    lines += [_line([_cell(cell) for cell in row]) for row in page.rows]
    lines += ["", *(f"- {_LEADING.sub(_inert, escaped(note))}" for note in page.notes)]
    return ("\n".join(lines) + "\n").encode()


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(cell: Text) -> str:
    text = escaped(cell.text)
    text = f"**{text}**" if cell.bold else text
    return f"{text}<br>{escaped(cell.small)}" if cell.small else text


def _inert(leading: re.Match[str]) -> str:
    """Escape what would begin a list, a heading or a quotation."""
    return leading[0][:-1] + "\\" + leading[0][-1]


def escaped(text: str) -> str:
    """Neither Markdown nor HTML: every sign stands for itself."""
    return html.escape(_SPECIAL.sub(r"\\\g<0>", " ".join(text.split())), quote=False)
