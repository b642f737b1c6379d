"""A table for people as LaTeX: booktabs and nothing else."""

from __future__ import annotations

import re

from reports.exports.human import Head, Page, Text

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "[": "{[}", "]": "{]}", "*": "{*}", "↑": r"$\uparrow$", "↓": r"$\downarrow$", "–": r"\textendash{}",
    "—": r"\textemdash{}", "−": "$-$", "≥": r"$\geq$", "×": r"$\times$", "÷": r"$\div$", "·": r"$\cdot$",
    "…": r"\ldots{}", "±": r"$\pm$", "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}",
    "‘": r"\textquoteleft{}", "’": r"\textquoteright{}",
}
"""How signs are written that mean something to LaTeX, or that not every font has."""
_LIGATURES = re.compile(r"([-,'])(?=\1)")
_LETTERS = re.compile(r"[\x20-\x7eÀ-ÖØ-öø-ÿ]")
"""Signs that every LaTeX engine sets as they are."""


def to_latex(page: Page) -> bytes:
    r"""Write a ``table*`` that needs ``\usepackage{booktabs}`` and, with pdfLaTeX, ``[T1]{fontenc}``."""
    columns = "l" + "r" * (len(page.heads) - 1)
    rows = [_row([_cell(cell) for cell in row]) for row in page.rows]
    lines = [
        r"% Needs \usepackage{booktabs} and \usepackage[T1]{fontenc}.",
        r"\begin{table*}[t]",
        r"\centering\footnotesize\setlength{\tabcolsep}{3pt}",
        rf"\caption{{{escaped(page.caption)}}}",
        rf"\begin{{tabular}}{{@{{}}{columns}@{{}}}}",
        r"\toprule",
        _row([_head(head) for head in page.heads]),
        r"\midrule",
        "\n\\addlinespace\n".join(rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"",
        r"\medskip",
        r"\begin{minipage}{\textwidth}\scriptsize",
        *(rf"{escaped(note)}\par" for note in page.notes),
        r"\end{minipage}",
        r"\end{table*}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _head(head: Head) -> str:
    lines = [escaped(head.text), *([escaped(head.below)] if head.below else [])]
    lines[-1] += f" {escaped(head.arrow)}" if head.arrow else ""
    return lines[0] if len(lines) == 1 else _stack(lines)


def _cell(cell: Text) -> str:
    text = escaped(cell.text)
    text = rf"\textbf{{{text}}}" if cell.bold else text
    return _stack([text, rf"{{\scriptsize {escaped(cell.small)}}}"]) if cell.small else text


def _stack(lines: list[str]) -> str:
    return r"\begin{tabular}[c]{@{}r@{}}" + r" \\ ".join(lines) + r"\end{tabular}"


def escaped(text: str) -> str:
    """Every sign stands for itself; what not every engine can set is told by its number."""
    return _LIGATURES.sub(r"\1{}", "".join(_sign(sign) for sign in " ".join(text.split())))


def _sign(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    return sign if _LETTERS.fullmatch(sign) else rf"\texttt{{U+{ord(sign):04X}}}"
