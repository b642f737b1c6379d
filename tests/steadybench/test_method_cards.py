"""Method cards say what the rules do and the facts that were read; pictures are those of the rules."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generators.cards.facts import Facts, facts
from generators.cards.picture import ROUNDING, STYLE
from generators.engine.catalogue import METHODS, recipes
from generators.engine.rolling import RollingPolicy
from generators.engine.trace import Traced, walk
from generators.engine.window import WindowPolicy
from generators.native.catalogue import configurations as programs
from generators.native.catalogue import find as program
from generators.registry import find
from generators.wan.table import for_row
from steadybench.cli import cli
from steadybench.errors import USAGE, InputError
from steadybench.method_cards import page, pages, picture

DOCS = Path(__file__).parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [(method, one.configuration, block) for method in METHODS for one in facts(method).pictures
         for block in one.blocks]  # fmt: skip
SECTIONS = ("Paper", "What it looks at", "Settings", "Configurations", "The authors' program",
            "Native settings", "Checkpoint", "Ours, not the authors'", "Known traps", "Cite",
            "Where this was read")  # fmt: skip


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def test_the_cards_in_the_docs_are_those_of_the_code() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "methods").iterdir()}
    stale = sorted(name for name, text in pages().items() if written.get(name) != text)
    assert stale == [], "run `make cards` and commit docs/methods"
    assert sorted(written) == sorted(pages())


def test_the_overview_leads_to_every_card() -> None:
    overview = (DOCS / "methods.md").read_text(encoding="utf-8")
    assert [method for method in METHODS if f"(methods/{method}.md)" not in overview] == []


def test_a_card_is_printed_and_all_are_written(tmp_path: Path) -> None:
    assert run("methods", "--card", "causvid").output == page("causvid")
    assert run("methods", "--cards", tmp_path / "new").output == ""
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(pages())


def test_an_unknown_card_is_wrong_usage_and_names_the_nearest() -> None:
    done = run("methods", "--card", "steady-forcin")
    assert isinstance(done.exception, InputError) and done.exception.exit_code == USAGE
    assert "steady-forcing" in str(done.exception)


@pytest.mark.parametrize("method", METHODS)
class TestCard:
    def test_it_has_every_part(self, method: str) -> None:
        headings = re.findall(r"^## (.*)$", page(method), re.MULTILINE)
        assert [title for title in SECTIONS if title not in headings] == []
        ours, _, rest = page(method).partition("## The authors' program")
        told = ours + rest.partition("## Checkpoint")[2].partition("## Cite")[0]
        assert re.search(r"\{\w|\}", told) is None, "an unfilled name"

    def test_it_says_in_three_sentences_what_the_method_does(self, method: str) -> None:
        assert [len(re.findall(r"[\w}]\)?\.(?= |$)", one)) for one in facts(method).does] == [1, 1, 1]

    def test_it_explains_every_configuration_and_no_other(self, method: str) -> None:
        told = [name for name in facts(method).configurations if not name.startswith("native")]
        assert told == list(recipes(method))
        assert set(find(method).configurations) == set(facts(method).configurations)
        own = [name for name in facts(method).configurations if name.startswith("native")]
        assert own == list(programs(method))

    def test_it_names_the_checkpoint_of_every_configuration(self, method: str) -> None:
        table = page(method).partition("## Checkpoint")[2].partition("\n## ")[0]
        for name in facts(method).configurations:
            (line,) = (line for line in table.splitlines() if f"`{name}`" in line)
            assert f"`{for_row(method, name).file}`" in line

    def test_it_tells_how_the_authors_program_is_run(self, method: str) -> None:
        text = page(method).partition("## The authors' program")[2].partition("\n## Checkpoint")[0]
        traps = page(method).partition("## Known traps")[2].partition("\n## ")[0].replace("\\|", "|")
        for name in programs(method):
            one = program(method, name)
            assert all(part in text for part in (one.repository, one.revision[:7], one.config, one.licence))
            assert all(" ".join(run.command) in text for run in one.programs)
            assert [trap.what for trap in one.traps if trap.what not in traps or trap.done not in traps] == []

    def test_settings_are_not_typed_into_sentences(self, method: str) -> None:
        """Sentences about a rule take its numbers from the recipe; traps quote the authors' programs."""
        one = facts(method)
        sentences = [*one.does, *one.configurations.values(), *one.ours]
        typed = r"\b(\d+|" + "|".join(NUMBERS) + r") (latent )?(frames?|blocks?|sinks?|averages?)\b"
        known = "rollouts of 240 frames"
        assert [s for s in sentences if re.search(typed, s.replace(known, ""))] == []

    def test_its_table_of_settings_is_what_the_recipes_say(self, method: str) -> None:
        rows = settings(method)
        assert list(rows) == list(recipes(method))
        for name, recipe in recipes(method).items():
            block, steps, told, window, sinks, positions, averaging, emptied, _ = rows[name]
            policy = recipe.policy
            assert int(block.split(",")[0]) == policy.block
            given = policy.steps(1)
            assert [float(t) for t in told.split(", ")] == pytest.approx(given.timesteps, abs=0.06)
            assert steps.startswith(f"{', '.join(map(str, given.listed))} ({given.shift:g})")
            if isinstance(policy, RollingPolicy):
                assert window == f"{policy.reach} of {policy.store} stored"
                continue
            assert isinstance(policy, WindowPolicy)
            assert int(window.split(",")[0]) == policy.window
            assert sum(map(int, re.findall(r"\d+", sinks))) == len(policy.sinks)
            assert positions.startswith("absolute") == (policy.positions == "absolute")
            assert averaging.startswith(f"{policy.keep:g}, ") == ("memory" in policy.sinks)
            every = getattr(policy, "every", None)
            assert emptied == ("–" if every is None else f"every {every} blocks, newest {policy.newest} stay")

    def test_its_citation_agrees_with_its_facts(self, method: str) -> None:
        for paper in facts(method).papers:
            fields = dict(re.findall(r"(\w+)\s*=\s*\{(.*)\}", paper.bibtex))
            assert (fields["title"], fields["year"]) == (paper.title, str(paper.year))
            assert paper.arxiv in fields.get("journal", paper.arxiv)
            plain = fields["author"].replace("é", "e")
            assert len(plain.split(" and ")) == len(paper.authors)
            for name, cited in zip(paper.authors, plain.split(" and "), strict=True):
                assert name.split()[-1].replace("é", "e") in cited.split(",")[0]

    def test_its_picture_can_be_read_without_eyes(self, method: str) -> None:
        root = ET.fromstring(picture(method))
        title, told = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
        assert root.get("role") == "img" and root.get("aria-labelledby") == "title desc"
        assert title == f"{facts(method).title}: what each block looks at"
        for row in root.iter(f"{SVG}g"):
            if block := row.get("data-block"):
                assert f"Block {block} makes " in (told or "")


NUMBERS = ("one", "two", "three", "four", "five", "six")


def settings(method: str) -> dict[str, list[str]]:
    """Rows of a card's table of settings: configuration, then its cells."""
    table = page(method).partition("## Settings")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells[1:]] for cells in lines}


def rollout(method: str, configuration: str, block: int) -> tuple[Traced, int] | None:
    """The first joint pass over a block and the frames before its segment, walked segment by segment."""
    recipe = recipes(method)[configuration]
    size, limit = recipe.policy.block, recipe.policy.frame_limit
    offset, given, frames = 0, 0, (block + 20) * size
    if recipe.segments:
        frames = recipe.segments.frames
        while offset + frames <= block * size:
            offset, given = offset + frames - recipe.segments.overlap, recipe.segments.overlap
    elif limit is not None:
        frames = min(frames, limit - limit % size)
    for step in walk(recipe.policy, frames, given):
        if not step.forward.commits and step.forward.frames.start + offset == block * size:
            return step, offset
    return None


def drawn(method: str, configuration: str, block: int) -> list[ET.Element]:
    """Cells of a row, in the order in which they stand."""
    root = ET.fromstring(picture(method))
    rows = [row for panel in root.iter(f"{SVG}g") if panel.get("data-configuration") == configuration
            for row in panel.iter(f"{SVG}g") if row.get("data-block") == str(block)]  # fmt: skip
    return [cell for row in rows for cell in row.iter(f"{SVG}g") if cell.get("class") == "cell"]


def number(cell: ET.Element, name: str) -> int:
    return int(cell.get(f"data-{name}", "-1"))


def left(cell: ET.Element) -> float:
    return float(next(cell.iter(f"{SVG}rect")).get("x", ""))


def shown(cell: ET.Element) -> list[str]:
    return [text.text or "" for text in cell.iter(f"{SVG}text")]


@pytest.mark.parametrize("method", METHODS)
def test_blocks_3_10_and_30_are_drawn(method: str) -> None:
    assert {3, 10, 30} <= {block for name, _, block in DRAWN if name == method}


@pytest.mark.parametrize(("method", "configuration", "block"), DRAWN)
def test_pictures_show_what_the_rule_sees(method: str, configuration: str, block: int) -> None:
    cells = drawn(method, configuration, block)
    found = rollout(method, configuration, block)
    if found is None:
        assert cells == []
        assert "There are no blocks 10 and 30: the rollout ends with block" in picture(method)
        return
    step, offset = found
    slots = [step.table[slot] for slot, _ in step.view.keys]
    expected = [(slot.frame + offset, slot.role, index)
                for slot, (_, index) in zip(slots, step.view.keys, strict=True)]  # fmt: skip
    own = step.view.own_key_start
    expected += [(frame + offset, "work", own + i) for i, frame in enumerate(step.forward.frames)]
    assert [(number(c, "frame"), c.get("data-kind"), number(c, "index")) for c in cells] == sorted(expected)
    queries = [number(c, "query") for c in cells if c.get("data-kind") == "work"]
    assert queries == [step.view.query_start + i for i in range(len(step.forward.frames))]


@pytest.mark.parametrize(("method", "configuration", "block"), DRAWN)
def test_what_is_written_in_a_picture_is_what_it_stands_for(
    method: str, configuration: str, block: int
) -> None:
    cells = drawn(method, configuration, block)
    for cell in cells:
        frame, index, *further = shown(cell)
        assert (int(frame), int(index)) == (number(cell, "frame"), number(cell, "index"))
        query = number(cell, "query")
        if query not in (-1, number(cell, "index")):
            assert further[0] == str(query)
        assert next(cell.iter(f"{SVG}rect")).get("class") == cell.get("data-kind")
    assert all(right - before >= 30 for before, right in pairwise(map(left, cells)))


@pytest.mark.parametrize("method", METHODS)
def test_holes_are_exactly_the_frames_not_seen(method: str) -> None:
    root = ET.fromstring(picture(method))
    for row in (row for row in root.iter(f"{SVG}g") if row.get("data-block")):
        cells = [cell for cell in row.iter(f"{SVG}g") if cell.get("class") == "cell"]
        there = {number(cell, "frame") for cell in cells}
        holes = [hole for hole in row.iter(f"{SVG}g") if hole.get("class") == "hole"]
        runs = [range(number(hole, "first"), number(hole, "last") + 1) for hole in holes]
        missing = {frame for run in runs for frame in run}
        assert there | missing == set(range(max(there) + 1))
        assert not there & missing


def kinds() -> Iterator[tuple[str, tuple[object, ...]]]:
    """How each kind of cell is drawn, colour left out."""
    for kind, radius in ROUNDING.items():
        rule = re.search(rf"^\.{kind} \{{ (.*) \}}$", STYLE, re.MULTILINE)
        assert rule is not None
        pattern = re.search(r"url\(#(\w+)\)", rule[1])
        width = re.search(r"stroke-width: ([\d.]+)", rule[1])
        yield kind, (radius, pattern and pattern[1], width and width[1])


def test_kinds_differ_in_shape_or_hatch_and_not_in_colour_alone() -> None:
    found = dict(kinds())
    assert len(set(found.values())) == len(found) == 4


def test_pictures_have_colours_for_light_and_dark() -> None:
    light, dark = STYLE.split("@media (prefers-color-scheme: dark)")
    for name in ("paper", "anchor", "memory", "recent", "work", "dots", "hatch"):
        colours = [set(re.findall(rf"\.{name} [^}}]*(#[0-9a-f]{{6}})", part)) for part in (light, dark)]
        assert all(colours) and not colours[0] & colours[1], name


def test_steady_forcings_card_tells_paper_and_release_apart() -> None:
    one: Facts = facts("steady-forcing")
    topics = {deviation.topic: deviation.release for deviation in one.deviations}
    assert {"Rewards", "EMA-Sink", "Purification", "Memory in training"} <= topics.keys()
    text = page("steady-forcing").partition("## Paper and release")[2].partition("\n## ")[0]
    for needed in ("plain DMD", "rewardforcing.pt", "the first two enter", "83%", "Every 21 blocks", "31.5 s",
                   "six positions ahead", "not shipped", "blocks of 6 in a window of 18"):  # fmt: skip
        assert needed in text, needed
