"""The figures: equal bytes in two processes, embedded fonts, sizes, what is drawn, odd names."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reports.figures import disagreement, forest, levels, plane, survival
from reports.figures.cast import Cast, cast_of
from reports.figures.style import COLUMN, TEXT, rendered, styled, written
from reports.figures.write import CAPTIONS, write
from reports.looks import DASHES, MARKERS
from reports.model import ReportInput
from reports.steady_tables import standings_of
from tests.reports.made import report_input, results
from tests.reports.paper import eight, study, three

ROOT = Path(__file__).parents[2]
NAMES = {"survival", "survival-axes", "plane", "steady-seconds", "rank-disagreement", "levels"}
HOSTILE = "$\\frac{1}$ </text> \u202e中文 _x_ " + "n" * 5000


def cast(data: ReportInput) -> Cast:
    return cast_of(data, standings_of(data))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("figures")
    data = three()
    write(data, standings_of(data), out)
    return out


@pytest.fixture(scope="module")
def crowded() -> Cast:
    """Eight methods with names that are cut or nearly so."""
    return cast(long_names(eight(4)))


@pytest.fixture
def drawing() -> Iterator[None]:
    with styled():
        yield


def test_every_figure_comes_as_pdf_and_png_with_a_caption(built: Path) -> None:
    found = {path.name for path in built.iterdir()}
    assert found == {f"{name}.{kind}" for name in NAMES for kind in ("pdf", "png")} | {CAPTIONS}
    told = (built / CAPTIONS).read_text(encoding="utf-8")
    assert all(f"- `{name}`: " in told for name in NAMES)


def test_figures_and_captions_say_that_all_is_tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names leave out the backbone that all methods share, and a figure goes where no page does."""
    titles: list[str] = []

    def seen(drawn: Figure) -> dict[str, bytes]:
        titles.append(drawn.get_suptitle())
        return {}

    monkeypatch.setattr("reports.figures.write.rendered", seen)
    data = study({"a": [30.0, 20.0, 25.0], "b": [12.0, 14.0, 9.0]})
    write(data, standings_of(data), tmp_path)
    captions = [line for line in (tmp_path / CAPTIONS).read_text().splitlines() if line.startswith("- ")]
    assert titles and set(titles) == {"All methods on the tiny backbone"}
    assert all(line.endswith("All methods on the tiny backbone.") for line in captions)


def test_two_processes_give_equal_bytes(built: Path, tmp_path: Path) -> None:
    line = ("from pathlib import Path; from reports.figures.write import write; "
            "from reports.steady_tables import standings_of; from tests.reports.paper import three; "
            f"data = three(); write(data, standings_of(data), Path({str(tmp_path)!r}))")
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 30\nlines.linewidth: 9\nsavefig.dpi: 20\n", encoding="utf-8")
    subprocess.run([sys.executable, "-W", "error", "-c", line], cwd=ROOT, check=True, timeout=200,
                   env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "MATPLOTLIBRC": str(settings),
                        "PYTHONHASHSEED": "7"})
    for path in sorted(built.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_pdfs_embed_truetype_and_hold_no_date(built: Path) -> None:
    for path in built.glob("*.pdf"):
        body = path.read_bytes()
        assert b"/FontFile2" in body or b"/CIDFontType2" in body, path.name
        assert b"/Type3" not in body and b"CreationDate" not in body and b"DejaVu" in body


def test_figures_are_as_wide_as_a_column_or_a_page(built: Path) -> None:
    for name in NAMES:
        with Image.open(built / f"{name}.png") as picture:
            assert round(picture.width / 300, 2) in (COLUMN, TEXT), name
            assert picture.height / 300 < 9


def test_there_are_as_many_marks_and_dashes_as_looks() -> None:
    from reports.figures import style

    assert len(style._MARKERS) == len(MARKERS) == len(style._DASHES) == len(DASHES)
    assert len(set(style._MARKERS)) == len(MARKERS)


# ---- what is drawn


def texts(drawn: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is seen, with its box in pixels."""
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in drawn.findobj(Text)
            if text.get_visible() and text.get_text().strip()]


def points(line: Line2D) -> list[tuple[float, float]]:
    return [(x, round(y, 9)) for x, y in np.asarray(line.get_xydata(), np.float64).tolist()]


def overlapping(found: Sequence[tuple[str, Bbox]]) -> list[tuple[str, str]]:
    return [(one, other) for i, (one, box) in enumerate(found) for other, at in found[i + 1:]
            if box.overlaps(at) and (one, box.bounds) != (other, at.bounds)]


def long_names(data: ReportInput) -> ReportInput:
    """The same with names that are cut or nearly so."""
    table = data.results.assign(method=data.results["method"] + "-of-the-second-kind:engine")
    clips = tuple(replace(clip, method=f"{clip.method}-of-the-second-kind:engine") for clip in data.clips)
    return replace(data, clips=clips, results=table)


@pytest.mark.usefixtures("drawing")
@pytest.mark.parametrize("draw", [survival.all_axes, survival.per_axis, plane.draw, forest.draw,
                                  disagreement.draw, lambda cast: next(levels.draw(cast))])
def test_with_eight_methods_no_texts_overlap_and_none_is_cut(draw: Callable[[Cast], Figure], crowded: Cast
                                                             ) -> None:
    drawn = draw(crowded)
    rendered(drawn)
    found = texts(drawn)
    assert overlapping(found) == []
    width, height = drawn.bbox.width, drawn.bbox.height
    for text, box in found:
        assert box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1, text


@pytest.mark.usefixtures("drawing")
def test_a_survival_curve_steps_down_where_a_clip_fails() -> None:
    drawn = survival.all_axes(cast(study({"a": [10, 20, 30, 30], "b": [30] * 4})))
    assert drawn is not None
    steps = [line for line in drawn.axes[0].lines if line.get_drawstyle() == "steps-post"]
    assert len(steps) == 2
    longest = max((points(line) for line in steps), key=len)
    assert longest == [(0, 1), (10, 0.75), (20, 0.5), (30, 0.5)]


@pytest.mark.usefixtures("drawing")
def test_level_bands_are_quartiles_over_prompts() -> None:
    data = study({"a": [30.0] * 5}, lambda _, i: {"drift": i / 10})
    found = levels._band(cast(data).own[next(iter(cast(data).own))], cast(data).site.tasks[0])
    assert found is not None
    assert [side[-1] for side in (found.low, found.middle, found.high)] == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.usefixtures("drawing")
def test_nine_methods_make_two_figures_of_levels() -> None:
    data = study({f"m{i}": [30.0] * 3 for i in range(9)})
    assert len(list(levels.draw(cast(data)))) == 2


@pytest.mark.usefixtures("drawing")
def test_points_that_coincide_are_named_beside_the_plane() -> None:
    drawn = plane.draw(cast(study({"a": [30.0] * 3, "b": [30.0] * 3, "c": [30.0] * 3},
                                  lambda method, _: {"drift": 0.6} if method == "c" else {})))
    assert drawn is not None
    beside = [points(line)[0] for line in drawn.axes[0].lines if len(points(line)) == 1]
    heights = sorted(y for x, y in beside if x == plane._BESIDE)
    assert len(heights) == 2
    assert heights[1] - heights[0] >= 0.06


# ---- little to draw, and names that do not fit


def test_without_a_method_there_is_no_figure(tmp_path: Path) -> None:
    data = report_input([], results([]))
    assert [path.name for path in write(data, standings_of(data), tmp_path)] == [CAPTIONS]


def test_one_clip_has_levels_and_a_time_but_no_share(tmp_path: Path) -> None:
    data = study({"a": [10.0]})
    write(data, standings_of(data), tmp_path)
    assert {path.stem for path in tmp_path.glob("*.png")} == {"levels", "plane", "steady-seconds"}


def test_a_hostile_name_is_written_out(tmp_path: Path) -> None:
    data = study({HOSTILE: [10.0] * 3, "b": [20.0] * 3})
    write(data, standings_of(data), tmp_path)  # a missing glyph would warn, and warnings are errors here
    assert len(list(tmp_path.glob("*.pdf"))) == 5


def test_names_keep_to_signs_of_the_font() -> None:
    assert written("中") == "<U+4E2D>" and written("é–ß") == "é–ß"
    assert len(written(HOSTILE)) == 40
