"""Method cards on the screen and in files: what a method is, does, runs on, and what to beware of."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from generators.cards.facts import Facts, Paper, facts
from generators.cards.picture import Panel, described, svg
from generators.cards.settings import COLUMNS, row, values
from generators.engine.catalogue import METHODS, recipes
from generators.engine.recipe import Recipe
from generators.native.catalogue import configurations, find
from generators.native.declaration import Declaration
from generators.wan.table import Published, for_row
from metrics.card import Card, Section, Table, markdown
from steadybench import atomic
from steadybench.errors import InputError

NATIVE = "native"
SHORT = 7
"""Digits of a commit that a card shows."""
COMMANDS = (
    "What `native` runs, one prompt a process. In braces is what each job puts in; `{length}` is in the "
    "program's own unit, and `{seeded}` is a script of ours that seeds and then runs the program."
)


def page(method: str) -> str:
    """Markdown of a method's card.

    Raises:
        InputError: nothing has this name.
    """
    if method not in METHODS:
        near = difflib.get_close_matches(method, METHODS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"There are cards of {', '.join(METHODS)}."
        raise InputError(f"There is no card of a method {method!r}; {hint}")
    return markdown(card(facts(method), recipes(method)))


def picture(method: str) -> str:
    """SVG of what a method looks at."""
    told = facts(method)
    return svg(told.title, _panels(told, recipes(method)))


def pages() -> dict[str, str]:
    """Every card and picture by the name of its file."""
    cards = {f"{method}.md": page(method) for method in METHODS}
    return cards | {f"{method}.svg": picture(method) for method in METHODS}


def write(folder: Path) -> None:
    """Write all cards and pictures into a folder; equal rules and facts give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        atomic.write_text(folder / name, text)


def card(told: Facts, known: Mapping[str, Recipe]) -> Card:
    """The card of a method.

    Args:
        told: what is known beside the code.
        known: its configurations on the engine.
    """
    named = values(known)
    sections = (
        Section("Paper", points=tuple(_cited(paper) for paper in told.papers)),
        _sight(told, known),
        Section(
            "Settings",
            ("Frames are latent frames. A window counts all in view, sinks and the block in work included.",),
            tables=(Table(COLUMNS, tuple(row(name, recipe) for name, recipe in known.items())),),
        ),
        _configurations(told, known, named),
        _program(told),
        _commands(told),
        _weights(told),
        Section(
            "Ours, not the authors'",
            points=_filled(told.ours, named) or ("Nothing: the engine runs the released rule.",),
        ),
        *_deviations(told, named),
        _traps(told, named),
        Section("Cite", tuple(f"```bibtex\n{paper.bibtex.strip()}\n```" for paper in told.papers)),
        Section("Where this was read", points=_filled(told.checked, named)),
    )
    return Card(told.title, " ".join(_filled(told.does, named)), sections)


def _filled(sentences: tuple[str, ...], named: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sentence.format_map(dict(named)) for sentence in sentences)


def _cited(paper: Paper) -> str:
    names = ", ".join(paper.authors)
    where = f" [arXiv:{paper.arxiv}](https://arxiv.org/abs/{paper.arxiv})." if paper.arxiv else ""
    venue = f" {paper.venue}." if paper.venue else ""
    why = f" ({paper.why})" if paper.why else ""
    return f"**{paper.title}**{why}. {names}. {paper.year}.{where}{venue}"


def _panels(told: Facts, known: Mapping[str, Recipe]) -> list[Panel]:
    return [Panel(one.configuration, known[one.configuration], one.blocks) for one in told.pictures]


def _sight(told: Facts, known: Mapping[str, Recipe]) -> Section:
    drawn = f"![{told.title}: what each block looks at, told in words below]({told.method}.svg)"
    panels = _panels(told, known)
    words = tuple(f"`{panel.name}`: {sentence}" for panel in panels for sentence in described(panel))
    return Section("What it looks at", (drawn,), words)


def _configurations(told: Facts, known: Mapping[str, Recipe], named: Mapping[str, object]) -> Section:
    notes = {name: recipe.note for name, recipe in known.items()}
    lines = tuple(
        (f"`{name}`", _whose(name), *_filled((meaning,), named), notes.get(name, ""))
        for name, meaning in told.configurations.items()
    )
    return Section("Configurations", tables=(Table(("name", "runs", "means", "to know"), lines),))


def _whose(name: str) -> str:
    return "the authors' program" if name == NATIVE or name.startswith(f"{NATIVE}-") else "our engine"


def _program(told: Facts) -> Section:
    programs = _programs(told)
    first = programs[0]
    stated = {one.environment.gpu_gb for one in programs} - {None}
    memory = f"at least {max(filter(None, stated)):g} GB" if stated else "no size stated"
    link = f"[{first.repository}](https://github.com/{first.repository}), branch `{first.branch}`"
    python, torch = first.environment.python, first.environment.torch
    points = (
        f"Repository: {link}, read at `{first.revision[:SHORT]}`.",
        f"Licence of the code: {'; '.join(_licences(programs))}.",
        f"GPU, by the authors: {', '.join(filter(None, (memory, told.gpu)))}.",
        f"Environment: Python {python}, PyTorch {torch} or newer, flash-attn.",
    )
    return Section("The authors' program", points=points)


def _commands(told: Facts) -> Section:
    text = tuple(part for one in _programs(told) for part in _command(one))
    return Section("Native settings", (COMMANDS, *text))


def _command(one: Declaration) -> Iterator[str]:
    for program in one.programs:
        most = program.length.most
        reach = "for clips of any length" if most is None else f"for clips of up to {most} pictures"
        where = f"in `{one.folder}`, " if one.folder != "." else ""
        config = f"`{{config}}` = `{one.config}`"
        yield (
            f"`{one.configuration}`, {reach}; {where}{config}. Seed: {one.seeding}. "
            f"Averaged weights: {one.ema}. Writes: {one.output}. From: {one.documented}."
        )
        yield f"```\npython {' '.join(program.command)}\n```"


def _programs(told: Facts) -> list[Declaration]:
    return [find(told.method, name) for name in configurations(told.method)]


def _licences(programs: list[Declaration]) -> list[str]:
    """One licence, or each with the configurations that it holds for."""
    found: dict[str, list[str]] = {}
    for one in programs:
        found.setdefault(one.licence, []).append(f"`{one.configuration}`")
    if len(found) == 1:
        return list(found)
    return [f"{licence} ({', '.join(names)})" for licence, names in found.items()]


def _traps(told: Facts, named: Mapping[str, object]) -> Section:
    pairs = dict.fromkeys((trap.what, trap.done) for one in _programs(told) for trap in one.traps)
    table = Table(("in the authors' program", "what `native` does about it"), tuple(pairs))
    return Section("Known traps", points=_filled(told.traps, named), tables=(table,))


def _weights(told: Facts) -> Section:
    rows: dict[str, list[str]] = {}
    found: dict[str, Published] = {}
    for name in told.configurations:
        one = for_row(told.method, name)
        found[one.name] = one
        rows.setdefault(one.name, []).append(f"`{name}`")
    head = ("file", "on the hub", "read as", "averaged weights", "licence of the weights", "used by")
    lines = tuple(
        (
            " + ".join(f"`{file.path}`" for file in one.files),
            f"[{one.repo}](https://huggingface.co/{one.repo})",
            "bare state dict" if one.container == "bare" else "`generator`, `generator_ema`",
            "yes" if one.ema else "no",
            one.licence,
            ", ".join(rows[one.name]),
        )
        for one in found.values()
    )
    notes = tuple(f"`{one.file}`: {one.notes}" for one in found.values() if one.notes)
    return Section("Checkpoint", points=notes, tables=(Table(head, lines),))


def _deviations(told: Facts, named: Mapping[str, object]) -> Iterator[Section]:
    if not told.deviations:
        return
    lines = tuple((one.topic, *_filled((one.paper, one.release), named)) for one in told.deviations)
    yield Section("Paper and release", tables=(Table(("", "paper", "release"), lines),))
