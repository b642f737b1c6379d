"""``report --pairs``: which clips get overlays, what is kept between reports, what is said when it fails."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from generators.contract import FrameStream, Job
from generators.encode import encode
from metrics.types import Identity
from steadybench.atomic import write_bytes
from steadybench.cli import cli
from steadybench.errors import InputError, StorageError
from steadybench.execute import Limits
from steadybench.overlays import shelf
from steadybench.overlays.cards import cards
from steadybench.progress import Progress
from steadybench.score import Order, rebuild, score_paths
from steadybench.wanted import load
from tests.scenes import PROMPT
from tests.steadybench.fake_measurer import FakeMeasurer

SIZE = (96, 64)


class Run:
    """A run folder whose clips were scored by a quick measurer."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.said: list[str] = []

    def report(self, *pairs: str, jobs: int = 1) -> None:
        order = Order(self.out, ["steadybench", "report"], Limits(jobs, 120), pairs=pairs)
        rebuild(order, Progress(self.said.append))

    def shown(self) -> list[str]:
        """Overlays that came into the report, without the clip's key."""
        found = (path.name for path in (self.out / "report/clips").iterdir())
        kinds = shelf.KINDS.values()
        return sorted(name for name in found if any(name.endswith(kind) for kind in kinds))

    def kept(self) -> dict[str, int]:
        """Files on the shelf with the time of their last change."""
        return {path.name: path.stat().st_mtime_ns for path in sorted((self.out / "overlays").glob("*"))}

    def rules(self) -> list[str]:
        found = json.loads((self.out / "pairs.json").read_bytes())["pairs"]
        assert isinstance(found, list)
        return found


def clip(path: Path, seed: int, seconds: float = 3.75) -> None:
    width, height = SIZE
    ground = np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)
    job = Job(PROMPT, 1, seconds, 16, width, height)
    encode(FrameStream(16, iter([np.stack([ground] * round(seconds * 16))])), path, job)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two prompts by methods one and two, and a file that is no clip by three."""
    folder = tmp_path_factory.mktemp("scored")
    rows = ["path,method,prompt_id,seed"]
    for number, (method, prompt) in enumerate((m, p) for m in ("one", "two") for p in ("beach", "fall")):
        clip(folder / f"{method}-{prompt}.mp4", number)
        rows.append(f"{method}-{prompt}.mp4,{method},{prompt},0")
    (folder / "three-beach.mp4").write_bytes(b"no film at all")
    rows.append("three-beach.mp4,three,beach,0")
    manifest = folder / "clips.csv"
    manifest.write_text("\n".join(rows) + "\n")
    order = Order(folder / "run", ["steadybench", "score"], Limits(1, 60), report=False)
    score_paths((), manifest, FakeMeasurer(), order, Progress(list[str]().append))
    return folder


@pytest.fixture
def run(scored: Path, tmp_path: Path) -> Run:
    """The run as it was scored."""
    shutil.copytree(scored, tmp_path, dirs_exist_ok=True)
    return Run(tmp_path / "run")


@pytest.fixture(scope="module")
def reported(scored: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a report that has overlays of one pair."""
    folder = tmp_path_factory.mktemp("reported")
    shutil.copytree(scored, folder, dirs_exist_ok=True)
    Run(folder / "run").report("one,two@beach", jobs=2)
    return folder


@pytest.fixture
def drawn(reported: Path, tmp_path: Path) -> Run:
    """The run with overlays of one pair."""
    shutil.copytree(reported, tmp_path, dirs_exist_ok=True)
    return Run(tmp_path / "run")


def endings(names: Sequence[str]) -> list[str]:
    return sorted(name.partition(".")[2] for name in names)


ONE_CLIP = ["change.mp4", "flow.mp4", "mask.png"]


def test_chosen_clips_get_all_overlays_and_no_other_does(reported: Path) -> None:
    run = Run(reported / "run")
    assert endings(run.shown()) == sorted(2 * ONE_CLIP)
    assert endings(list(run.kept())) == sorted(2 * ONE_CLIP)
    linked = next((run.out / "report/clips").glob("*.flow.mp4"))
    assert linked.stat().st_nlink == 2


def test_the_choice_is_kept_and_nothing_is_drawn_twice(drawn: Run) -> None:
    before = drawn.kept()
    drawn.report()
    assert drawn.kept() == before and len(drawn.shown()) == 6
    drawn.report("one,two")
    assert drawn.rules() == ["one,two@beach", "one,two"]
    assert len(drawn.shown()) == 12
    assert before.items() <= drawn.kept().items()


def test_none_forgets_the_choice_and_what_was_drawn_stays_for_another_time(drawn: Run) -> None:
    before = drawn.kept()
    drawn.report("none")
    assert drawn.shown() == [] and drawn.rules() == []
    drawn.report("none", "one,two@beach/0")
    assert drawn.kept() == before and len(drawn.shown()) == 6


def test_a_clip_that_cannot_be_read_has_a_reason_and_the_other_one_is_drawn(run: Run) -> None:
    run.report("one,three")
    assert endings(run.shown()) == ONE_CLIP
    assert any("three-beach has no overlays: " in line for line in run.said)
    page = (run.out / "report/pair.html").read_text()
    assert "has none: " in page


def test_a_clip_that_changed_since_it_was_measured_is_not_drawn(run: Run, scored: Path) -> None:
    path = run.out.parent / "one-beach.mp4"
    path.write_bytes(path.read_bytes() + b"\0")
    named = run.out / "wanted.json"
    named.write_text(named.read_text().replace(str(scored), str(run.out.parent)))
    run.report("one,two@beach")
    assert any("one-beach has no overlays: the file is no longer the one" in line for line in run.said)
    assert endings(run.shown()) == ONE_CLIP


def test_a_rule_that_names_nothing_says_what_there_is_and_is_not_kept(run: Run) -> None:
    with pytest.raises(InputError) as told:
        run.report("one,four")
    assert "--pairs one,four: it names nothing that is there" in str(told.value)
    assert "Methods: one, three and two." in str(told.value) and "one-beach" in str(told.value)
    assert not (run.out / "pairs.json").exists()


def test_a_kept_rule_that_means_nothing_any_more_is_left_out_with_a_word(run: Run) -> None:
    (run.out / "pairs.json").write_text('{"pairs": ["gone,two", "one,two@fall"]}')
    run.report()
    assert len(run.shown()) == 6
    assert any("“gone,two”" in line and "left out" in line for line in run.said)


@pytest.mark.parametrize("content", ["{", "[]", '{"pairs": "one,two"}', '{"pairs": [1]}', "\udcff"])
def test_a_choice_that_cannot_be_read_is_told(run: Run, content: str) -> None:
    (run.out / "pairs.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"pairs\.json cannot be read"):
        run.report()


def test_a_build_that_ends_early_leaves_whole_files_and_is_finished_later(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def full(path: Path, data: bytes, **how: bool) -> None:
        if path.parent.name == "overlays":
            if written:
                raise StorageError("the disk is full")
            written.append(path)
        write_bytes(path, data, **how)

    monkeypatch.setattr("steadybench.atomic.write_bytes", full)
    with pytest.raises(StorageError):
        run.report("one,two@beach")
    assert list(run.kept()) == [written[0].name]
    monkeypatch.undo()
    run.report("one,two@beach")
    assert len(run.shown()) == 6


def test_overlays_of_earlier_versions_go(drawn: Run) -> None:
    old = drawn.out / "overlays" / "0123456789abcdef-v0.flow.mp4"
    os.link(drawn.out / "overlays" / next(iter(drawn.kept())), old)
    drawn.report()
    assert not old.exists() and len(drawn.kept()) == 6


def test_overlays_that_are_no_longer_chosen_leave_the_report(drawn: Run) -> None:
    before = drawn.shown()
    drawn.report("none", "one,two@fall")
    assert len(drawn.shown()) == 6 and len(drawn.kept()) == 12
    assert not set(drawn.shown()) & set(before)


def test_another_flow_than_the_measured_one_is_told(run: Run) -> None:
    wanted = load(run.out)
    assert "measured with" not in cards(wanted)[0].meaning
    raft = Identity("drift", 1, {"flow": {"backend": "raft"}})
    other = replace(wanted, identities={"early": {"drift": raft}})
    assert "this run's speeds were measured with RAFT" in cards(other)[0].meaning


def test_the_same_run_gives_the_same_page(drawn: Run) -> None:
    def pages() -> Iterator[bytes]:
        for name in ("pair.html", "assets/pairs.js"):
            yield (drawn.out / "report" / name).read_bytes()

    before = list(pages())
    drawn.report()
    assert list(pages()) == before


def test_the_command_line_takes_rules_and_tells_about_them(run: Run) -> None:
    help_text = CliRunner().invoke(cli, ["report", "--help"]).output
    for word in ("--pairs RULE", "best-worst", "METHOD,METHOD@PROMPT/SEED", "none forgets it", "--jobs"):
        assert word in " ".join(help_text.split())
    words = ["report", str(run.out), "--pairs", "one,two@beach", "--pairs", "one,two@fall"]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    assert run.rules() == ["one,two@beach", "one,two@fall"]
