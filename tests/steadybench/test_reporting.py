"""What the report is told of each clip: who made it, from what, how to make it again, and its records."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reports.model import ClipEntry, ReportInput
from steadybench import reporting, runinfo, wanted
from steadybench.execute import Limits
from steadybench.plan import Format
from steadybench.progress import Progress
from steadybench.run import RunRequest, run_suite
from steadybench.score import Order, score_paths
from steadybench.store import Store
from tests.steadybench.fake_generators import FakeStudio
from tests.steadybench.fake_measurer import FakeMeasurer
from tests.steadybench.test_run import PROMPTS, Suite


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two prompts with three methods, one of which fails."""
    folder = tmp_path_factory.mktemp("run")
    methods = [("good", {"strength": "0.5"}), ("file", {}), ("raises", {})]
    request = RunRequest("t", Suite("s", 1, PROMPTS, "d"), methods, (0,), Format(0.5, 8, (64, 48)), Limits(),
                         source="my.yaml", plugins=(Path("own.py"),))
    order = Order(folder, ["steadybench", "run"], report=False)
    run_suite(request, FakeStudio(), FakeMeasurer(), order, Progress(lambda line: None))
    return folder


def told(out: Path) -> ReportInput:
    tables = reporting.read_tables(out)
    return reporting.report_input(wanted.load(out), Store(out, print), runinfo.load(out), out, tables)


def clip(out: Path, method: str) -> ClipEntry:
    return next(one for one in told(out).clips if one.method == method)


def test_a_made_clip_tells_its_cost_and_what_it_was_made_from(out: Path) -> None:
    good = clip(out, "good")

    assert good.made_s is not None
    assert 0 <= good.made_s < 60
    assert good.device
    assert good.settings == {"adapter version": "1", "options": "strength=0.5", "format": "64x48 at 8 fps",
                             "encoder version": "1"}


def test_a_program_that_does_not_tell_its_device_has_none(out: Path) -> None:
    assert clip(out, "file").device == ""
    assert clip(out, "file").made_s is not None


def test_a_clip_that_was_not_made_has_no_cost_but_the_line_to_try_again(out: Path) -> None:
    failed = clip(out, "raises")

    assert (failed.made_s, failed.device, failed.settings, failed.records) == (None, "", {}, {})
    assert failed.command.startswith("steadybench run --methods raises --plugin own.py --suite my.yaml ")


def test_a_note_of_other_bytes_is_not_believed(out: Path) -> None:
    target = wanted.load(out)
    other = replace(target, entries=(replace(target.entries[0], clip_sha256="0" * 64),))

    found = reporting.report_input(other, Store(out, print), {}, out, reporting.read_tables(out)).clips[0]

    assert (found.made_s, found.settings, found.command) == (None, {}, "")


def test_every_measurement_has_its_record(out: Path) -> None:
    good = clip(out, "good")

    assert list(good.records) == sorted(FakeMeasurer().identities("truth"))
    body = json.loads(next(iter(good.records.values())).read_bytes())
    assert body["clip_sha256"] == good.clip_sha256


def test_cards_are_those_of_what_was_measured(out: Path) -> None:
    assert [card.name for card in told(out).metric_cards] == ["premise", "drift"]
    assert told(out).metric_cards[1].markdown.startswith("# drift\n")
    assert told(out).method_cards == ()


def test_the_mask_is_explained_where_the_premise_is(tmp_path: Path) -> None:
    from metrics.declarations import declarations
    from steadybench.report_cards import of_metrics

    names = {one.name for one in declarations()}
    target = wanted.Wanted("t", (), {}, declarations()[0].quantities)

    (card,) = of_metrics(target)

    assert (card.name, card.also) == ("premise", ("mask",))
    assert card.name in names


def test_methods_of_the_engine_bring_card_and_picture() -> None:
    from steadybench.report_cards import of_methods

    (card,) = of_methods(["causvid", "nobody", "causvid", ""])

    assert card.method == "causvid"
    assert card.markdown.startswith("# ")
    assert card.picture.startswith("<svg ")


def test_a_scored_file_has_a_line_and_no_cost(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"aaa")
    order = Order(tmp_path / "out", ["steadybench", "score"], report=False)
    score_paths([tmp_path / "a.mp4"], None, FakeMeasurer(), order, Progress(lambda line: None))

    (only,) = told(tmp_path / "out").clips

    assert (only.made_s, only.device, only.settings) == (None, "", {})
    assert only.command == f"steadybench score {tmp_path / 'a.mp4'} --flow fake --out one-clip"
