"""Checks that reckon with chance raise no alarm on what the planner draws, whatever the key."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from reports.rating.model import Shown, Sitting
from steadybench.study.planning.making import make
from steadybench.study.planning.request import Request
from steadybench.study.scanning import check_media, check_plan, check_text, check_tokens
from steadybench.study.scanning.boxes import TABLE
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.clip import Clip, read
from steadybench.study.scanning.export import Export
from steadybench.study.scanning.known import Known, Name
from tests.steadybench.study import tiny_export
from tests.steadybench.study.made_read import made_read

KEYS = 12


def film(path: Path, rate: int, moving: bool) -> Clip:
    """Two seconds of a scene, moving or not."""
    pictures = tiny_export.pictures("meadow", "hand", 2 * rate)
    tiny_export.film(path, pictures if moving else pictures[:1].repeat(2 * rate, axis=0), Fraction(rate))
    return read(path.read_bytes())


@pytest.mark.parametrize("rate", [2, 4, 8, 12, 24])
def test_a_clip_that_stands_still_is_told_at_any_rate(rate: int, tmp_path: Path) -> None:
    """Key frames come once a second, so that at low rates they are more than one frame in ten."""
    assert film(tmp_path / "moving.mp4", rate, moving=True).repeats == 1
    assert film(tmp_path / "still.mp4", rate, moving=False).repeats == 0


def test_clips_at_one_frame_a_second_are_made_like_others(tmp_path: Path) -> None:
    """Each of their frames is a key frame, so that no table has to tell which are."""
    clips = {f"{rate:016x}": film(tmp_path / f"{rate}.mp4", rate, moving=True) for rate in (1, 4, 8)}
    clips |= {"a" * 16: clips[f"{8:016x}"]}
    seen = Case(Export(Path("/nowhere"), (), clips=clips), Known(()))
    assert {f"{TABLE}/stss" in one.order for one in clips.values()} == {True, False}
    assert list(check_media.alike(seen)) == []
    assert len(list(check_media.rate(seen))) == 2


def case(systems: int, prompts: int, secret: str, moving: Clip, still: Clip, **options: object) -> Case:
    """What a scan sees of a plan: sessions, and clips of which nothing but stillness matters."""
    asked = Request(question=("motion", "stillness"), **options)  # type: ignore[arg-type]
    plan = make(made_read(systems, prompts), asked, secret).plan
    clips = {one.token: still if one.kind == "instruction" else moving for one in plan.stimuli}
    sittings = {f"sessions/{one.id}.js": Sitting(one.id, one.question, one.break_after, "", tuple(
        Shown(trial.id, trial.left, trial.right) for trial in one.trials)) for one in plan.sessions}
    return Case(Export(Path("/nowhere"), (), clips=clips, sittings=sittings), Known(()))


@pytest.mark.parametrize(("systems", "prompts", "votes"), [(2, 6, 6), (3, 2, 6), (4, 5, 4), (8, 8, 2)])
def test_plans_of_many_keys_give_no_alarm(systems: int, prompts: int, votes: int, tmp_path: Path) -> None:
    moving, still = film(tmp_path / "moving.mp4", 4, True), film(tmp_path / "still.mp4", 4, False)
    for number in range(KEYS):
        secret = hashlib.sha256(f"{systems} {number}".encode()).hexdigest()
        seen = case(systems, prompts, secret, moving, still, votes=votes)
        assert not [*check_plan.sides(seen), *check_tokens.tokens(seen)], secret


@pytest.mark.parametrize(("counts", "kinds", "exact"), [
    ([6], 16, 16.0**-5), ([7], 256, 256.0**-6), ([3], 16, 16.0**-2), ([20], 16, 16.0**-19),
    ([1] * 9, 16, 1.0),
])  # fmt: skip
def test_the_chance_of_few_tokens_is_not_told_too_small(counts: list[int], kinds: int, exact: float) -> None:
    """All of a few sessions may share a digit: so many equal pairs are one event, not many."""
    assert check_tokens.chance(counts, kinds) >= exact


def test_digits_for_systems_are_no_chance() -> None:
    for clips, systems in ((8, 3), (24, 8)):
        assert check_tokens.chance([clips] * systems, 16) < 1e-14
    for more, fewer, is_chance in ((140, 110, True), (180, 70, False)):
        assert (check_tokens.chance([more] * 8 + [fewer] * 8, 16) > check_tokens.CHANCE) is is_chance


@pytest.mark.parametrize(("name", "found"), [("m2", 0), ("longlive", 1)])
def test_tokens_hold_short_names_by_chance(name: str, found: int) -> None:
    """Read as bytes, one token in four hundred has six readable characters in a row."""
    export = Export(Path("/nowhere"), (), texts={"sessions/one.js": f"now-{name}-now".encode().hex()})
    assert len([*check_text.names(Case(export, Known((Name(name, "a method", "word"),))))]) == found
