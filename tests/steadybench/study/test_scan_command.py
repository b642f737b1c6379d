"""``study scan`` as it is called: exit codes, words, JSON, what is allowed, and what is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from steadybench.commands.study.scan import scan
from steadybench.errors import LEAKING, InputError
from steadybench.study.exporting import settings
from steadybench.study.scanning import check_media, check_pictures, told
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import Export
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.known import known
from steadybench.study.scanning.pictures import Still
from steadybench.study.scanning.scan import CHECKS, Scan
from tests.steadybench.study import tiny_export
from tests.steadybench.study.planting import clip, clips, refilm, say


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_export.shared(tmp_path_factory.getbasetemp())


@pytest.fixture
def export(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "export"))


def call(*arguments: object) -> Result:
    """Call the command; click gives what it returns, which the program takes as its exit code."""
    return CliRunner().invoke(scan, [str(one) for one in arguments], standalone_mode=False)


def test_a_clean_export_gives_zero_and_says_what_no_scan_sees(clean: Path) -> None:
    found = call(clean)
    assert found.return_value == 0
    assert f"{len(CHECKS)} checks on 24 clips and 6 sessions, without the key" in found.output
    assert "No leak was found" in found.output and "sharpness" in found.output
    assert "with the key." in call(clean, "--key", clean.parent / "study/key.json").output


def test_a_leak_gives_seven_and_is_told_with_file_and_remedy(export: Path) -> None:
    (export / "causvid.txt").write_text("")
    found = call(export)
    assert found.return_value == LEAKING == 7
    assert "2 leaks:" in found.output and "layout: causvid.txt: notes" in found.output
    assert "Remove it" in found.output and "Do not show this folder" in found.output
    assert "No leak" not in found.output


def test_json_lists_everything(export: Path) -> None:
    for number in range(9):
        (export / f"n{number}.txt").write_text("")
    found = call(export, "--json")
    body = json.loads(found.stdout)
    assert found.return_value == LEAKING
    assert [one["file"] for one in body["leaks"]] == [f"n{number}.txt" for number in range(9)]
    assert set(body["leaks"][0]) == {"check", "file", "what", "do", "leak"} and body["remarks"] == []
    assert "and 4 more" in call(export).output


def test_what_is_allowed_is_told_and_fails_nothing(export: Path) -> None:
    say(export, "We compare CausVid.")
    tiny_export.settle(export)
    found = call(export, "--allow", "names")
    assert found.return_value == 0 and "1 remark:" in found.output and "CausVid" in found.output
    assert call(export, "--allow", "dates").return_value == LEAKING


@pytest.mark.parametrize(("arguments", "words"), [
    (["--allow", "nothing"], "no check nothing; there are layout"),
    (["--key", "none.json"], "none.json cannot"),
])  # fmt: skip
def test_wrong_options_are_refused(clean: Path, arguments: list[str], words: str) -> None:
    found = call(clean, *arguments)
    assert found.exception is not None and words in str(found.exception)


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none", "no folder"), (tmp_path, "no export of a study")):
        found = call(path)
        assert isinstance(found.exception, InputError) and words in str(found.exception)


def test_a_scan_changes_nothing(export: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in export.rglob("*")}
    call(export, "--key", "key.json")
    call(export)
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in export.rglob("*")}


def test_a_broken_study_is_told_and_the_rest_is_looked_at_all_the_same(export: Path) -> None:
    (export / "study.js").write_bytes(b"\xff\xfe")
    (export / "notes.txt").write_text("left: LongLive")
    checks = {one["check"] for one in json.loads(call(export, "--json").stdout)["leaks"]}
    assert {"fields", "layout", "names"} <= checks


# --- remarks -----------------------------------------------------------------------------------------------

def test_own_rates_of_clips_are_remarked(export: Path) -> None:
    refilm(clip(export), np.repeat(tiny_export.pictures("slow", "hand", 16), 2, axis=0))
    tiny_export.settle(export)
    found = call(export)
    assert found.return_value == 0 and "cadence" in found.output and "8, 16 a second" in found.output


def test_bars_are_remarked(export: Path) -> None:
    luma = tiny_export.pictures("barred", "hand", 32)
    luma[:, :, :12] = luma[:, :, -12:] = settings.GREY_YUV[0]
    refilm(clip(export), luma)
    tiny_export.settle(export)
    found = call(export)
    assert found.return_value == 0 and "neutral bars" in found.output


def test_findings_of_one_kind_are_told_together() -> None:
    findings = tuple(Finding("size", f"clips/{n}.mp4", "large", "Export again.") for n in range(7))
    text = told.text(Scan(Path("out"), 7, 1, False, findings))
    assert text.count("Export again.") == 1 and "and 2 more" in text and "7 leaks:" in text


# --- marks in pictures -------------------------------------------------------------------------------------

def scene(seed: int, mark: float = 0.0, bar: int = 0) -> Still:
    drawn = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(drawn.normal(size=(112, 160)), (0, 0), 3)
    luma = (120 + 25 * soft / soft.std()).astype(np.float32)
    if mark:
        luma[92:104:4, 120:152] += mark
        luma[92:104, 124:152:6] += mark
    luma[:, :bar] = settings.GREY_YUV[0]
    return Still(luma, (0, 0, bar, 0))


def marked(stills: dict[str, Still], size: int) -> set[str]:
    tokens = list(stills)
    return set(check_pictures._marked(stills, [tokens[i:i + size] for i in range(0, len(tokens), size)]))


def test_a_faint_logo_is_found_among_many_prompts_and_only_where_it_is() -> None:
    stills = {f"{prompt}-{system}": scene(10 * prompt + system, 40 * (system == 1))
              for prompt in range(12) for system in range(5)}
    assert marked(stills, 5) == {f"{prompt}-1" for prompt in range(12)}


def test_what_all_clips_of_a_prompt_share_tells_no_method() -> None:
    stills = {f"{prompt}-{system}": scene(10 * prompt + system, 60)
              for prompt in range(5) for system in range(4)}
    assert marked(stills, 4) == set()


def test_bars_are_no_logo() -> None:
    stills = {f"{prompt}-{system}": scene(10 * prompt + system, bar=16 * (system == 1))
              for prompt in range(8) for system in range(4)}
    assert marked(stills, 4) == set()


def test_two_prompts_are_too_few_to_tell_a_logo() -> None:
    stills = {f"{prompt}-{system}": scene(10 * prompt + system, 60 * (system == 1))
              for prompt in range(2) for system in range(4)}
    assert marked(stills, 4) == set()


@pytest.mark.parametrize("prompts", [3, 4, 6])
def test_scenes_of_blocks_that_agree_by_chance_bear_no_logo(prompts: int) -> None:
    """Their edges lie at the same places, in one of two directions each."""
    def blocks(seed: int) -> Still:
        drawn = np.random.default_rng(seed).integers(16, 236, size=(7, 10)).astype(np.float32)
        return Still(np.kron(drawn, np.ones((16, 16), np.float32)), (0, 0, 0, 0))

    stills = {f"{prompt}-{system}": blocks(10 * prompt + system)
              for prompt in range(prompts) for system in range(7)}
    assert marked(stills, 7) == set()


def test_a_logo_is_found_in_four_prompts_also_where_scenes_shine_through() -> None:
    for mark in (100, 60):
        stills = {f"{prompt}-{system}": scene(10 * prompt + system, mark * (system == 1))
                  for prompt in range(4) for system in range(3)}
        assert marked(stills, 3) == {f"{prompt}-1" for prompt in range(4)}


def test_too_few_prompts_for_logos_are_remarked(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_pictures, "_FEWEST", 50)
    found = call(export)
    assert found.return_value == 0 and "prompts; marks can be told from scenes with 50" in found.output


# --- frames ------------------------------------------------------------------------------------------------

STARTS = (3000, 3100, 2900, 3060, 3200, 3040, 2950, 3150)
"""Bytes of key frames of something that moves."""


def moving(*between: int) -> list[int]:
    """Sizes of frames of a film whose groups all begin with another picture."""
    return [size for start in STARTS for size in (start, *between)]


@pytest.mark.parametrize(("sizes", "repeats"), [
    ([3000] + [900] * 31, 1), (moving(11, 900, 11, 900, 11), 2), (moving(11, 11, 900, 11, 11), 3),
    (moving(*[11] * 23, 900, *[11] * 23), 24), (moving(900), 1),
    ([3000] + [11] * 30, 0), ([], 0), ([3000, 11, 11, 11] * 8, 0), ([3000, 403, 32, 22] * 8 + [3001, 403], 0),
    ([3000, 60, 3001, 60], 0), (moving(11, 11), 0),
])  # fmt: skip
def test_sizes_of_frames_tell_how_long_a_picture_lasts(sizes: list[int], repeats: int) -> None:
    """An instruction's key frame is mended by frames of some size; the same ones after each key frame."""
    from steadybench.study.scanning.clip import _repeats

    keys = tuple(number for number, size in enumerate(sizes, 1) if size > 2000)
    assert _repeats(sizes, keys, (96, 64)) == repeats


def test_films_of_key_frames_alone_have_no_table_of_them() -> None:
    from steadybench.study.scanning.clip import _repeats

    assert _repeats([434, 435, 434], (), (96, 64)) == 0
    assert _repeats([434, 520, 470], (), (96, 64)) == 1


def test_frames_of_unequal_length_have_no_rate(clean: Path) -> None:
    from steadybench.study.scanning.clip import read

    one = read(clips(clean)[0].read_bytes())
    assert (one.frames, one.rate, float(one.seconds)) == (32, 16, 2.0)
    odd = replace(one, rate=one.rate * 0)
    held = {f"{n:016x}": one for n in range(3)} | {"f" * 16: odd}
    (finding,) = check_media.rate(Case(Export(clean, (), clips=held), known()))
    assert finding.file == f"clips/{'f' * 16}.mp4" and "unequally long" in finding.what
