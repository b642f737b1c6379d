"""A report stays light and is built in linear time: bytes and calls are counted, seconds never."""

from __future__ import annotations

import cProfile
import pstats
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.report_pages import kind_of
from reports.build import build
from reports.writer import ASSETS
from tests.reports import made
from tests.reports.grid import study

BUDGET = 1_500_000
"""Bytes of pages, styles and scripts of 8 methods x 96 prompts, data of curves apart."""
FULL, FEW, SOME = 96, 4, 12
REPORTS = ASSETS.parent
SHEETS = sorted(REPORTS.rglob("*.css"))


def built(folder: Path, film: Path, prompts: int) -> tuple[Mapping[str, int], int]:
    """Bytes by kind, and how many functions were called to write them."""
    data = study(prompts)
    data = replace(data, clips=tuple(replace(clip, path=film) for clip in data.clips))
    watch = cProfile.Profile()
    watch.runcall(build, data, folder)
    found: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            kind = kind_of(path.relative_to(folder))
            found[kind] = found.get(kind, 0) + path.stat().st_size
    return found, pstats.Stats(watch).total_calls


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, tuple[Mapping[str, int], int]]:
    folder = tmp_path_factory.mktemp("weight")
    film = made.write_clip(folder / "film.mp4", 0.2, size=(64, 48))
    built(folder / "first", film, 1)  # what is loaded and compiled once is not counted
    return {n: built(folder / str(n), film, n) for n in (FEW, 2 * FEW, SOME, 2 * SOME)}


def at_full_size(sizes: Mapping[int, tuple[Mapping[str, int], int]], kind: str) -> float:
    small, large = sizes[SOME][0][kind], sizes[2 * SOME][0][kind]
    return large + (FULL - 2 * SOME) * (large - small) / SOME


def test_pages_styles_and_scripts_keep_to_their_budget(
    sizes: Mapping[int, tuple[Mapping[str, int], int]]) -> None:
    assert at_full_size(sizes, "code_kB") <= BUDGET


@pytest.mark.parametrize("kind", ["code_kB", "data_kB"])
def test_bytes_grow_with_clips_and_no_faster(sizes: Mapping[int, tuple[Mapping[str, int], int]],
                                             kind: str) -> None:
    few = sizes[2 * FEW][0][kind] - sizes[FEW][0][kind]
    many = sizes[2 * SOME][0][kind] - sizes[SOME][0][kind]
    assert few > 0
    assert many <= 1.1 * SOME / FEW * few


def test_work_grows_with_clips_and_no_faster(sizes: Mapping[int, tuple[Mapping[str, int], int]]) -> None:
    few = sizes[2 * FEW][1] - sizes[FEW][1]
    many = sizes[2 * SOME][1] - sizes[SOME][1]
    assert many <= 1.2 * SOME / FEW * few


def test_a_method_that_is_quadratic_would_be_found(tmp_path: Path) -> None:
    """The count of calls sees what a clock on a busy machine does not."""
    def calls(n: int) -> int:
        watch = cProfile.Profile()
        watch.runcall(lambda: [[len("x") for _ in range(n)] for _ in range(n)])
        return pstats.Stats(watch).total_calls

    assert calls(80) - calls(40) > 1.2 * 4 * (calls(20) - calls(10))


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
def test_no_text_of_a_script_spans_lines(path: Path) -> None:
    """Indentation is taken from scripts as they are copied, so a text over lines would change."""
    odd = [line for line in path.read_text(encoding="utf-8").splitlines() if line.count("`") % 2]
    assert odd == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_class_of_a_sheet_is_given_somewhere(path: Path) -> None:
    sources = [*REPORTS.rglob("*.html"), *REPORTS.rglob("*.js"), *REPORTS.rglob("*.py")]
    words = " ".join(source.read_text(encoding="utf-8") for source in sources)
    sheet = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "{}", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    names = set(re.findall(r"[.#]([A-Za-z][\w-]*)", sheet))
    unused = [name for name in sorted(names) if not _given(name, words)]
    assert names
    assert unused == []


def _given(name: str, words: str) -> bool:
    """Whether a class or id is written out, or put together from a first part such as ``k-`` or ``m``."""
    if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words):
        return True
    part = re.match(r"[a-z]+-|[a-z]+(?=\d+$)", name)
    return part is not None and re.search(rf"(?<![\w-]){part[0]}(?:\{{\{{|\$\{{|\{{|\"|')", words) is not None
