"""Clips of runs that a study cannot show are named with the reason, and nothing else is lost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from steadybench.errors import InputError, NothingFoundError
from steadybench.study.planning.reading import Read, read
from steadybench.study.planning.request import Request
from tests.steadybench.study.made_run import clip, entry, run, whole


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


def found(*runs: Path, **options: object) -> Read:
    return read(runs, Request(**options), lambda _line: None)  # type: ignore[arg-type]


def names(made: Read) -> list[str]:
    return sorted(one.name for one in made.candidates)


def reasons(made: Read) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for one in made.left_out:
        told.setdefault(one.reason, []).append(one.name)
    return {reason: sorted(own) for reason, own in told.items()}


def test_a_whole_run(tmp_path: Path, clips: Path) -> None:
    made = found(run(tmp_path / "run", whole(clips)))
    one = made.candidates[0]

    assert len(made.candidates) == 6 and not made.left_out
    assert (one.rate, one.size, one.seconds, one.runs) == (Fraction(4), (64, 48), 2.0, ("run",))
    assert set(made.labels.values()) == {f"{name} (tiny backbone)" for name in
                                         ("causvid", "longlive", "self-forcing")}


def test_bad_clips_are_named_and_the_others_stay(tmp_path: Path, clips: Path) -> None:
    rows = whole(clips)
    gone = clip(tmp_path / "gone.mp4", 91)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    extra = [
        entry("causvid", "a", tmp_path / "never.mp4", problem="out of memory", notes=("out of memory",)),
        entry("causvid", "b", gone),
        entry("causvid", "c", broken),
        entry("causvid", "d", clip(tmp_path / "pan.mp4", 92), fixed_camera=False),
        entry("causvid", "", clip(tmp_path / "no-prompt.mp4", 93)),
        entry("", "e", clip(tmp_path / "no-method.mp4", 94)),
    ]
    gone.unlink()
    made = found(run(tmp_path / "run", [*rows, *extra]))

    assert names(made) == sorted(one.clip for one in rows)
    assert reasons(made) == {
        "the run has no clip that could be read": ["causvid a seed 0"],
        "its file is missing": ["causvid b seed 0"],
        "its file cannot be read": ["causvid c seed 0"],
        "its camera is not meant to be fixed": ["causvid d seed 0"],
        "nobody said to which prompt it belongs (prompt_id in a manifest, see score --manifest)":
            ["causvid  seed 0"],
        "nobody said which method made it (a manifest does, see score --manifest)": [" e seed 0"],
    }
    details = {one.name: one.detail for one in made.left_out}
    assert "out of memory" in details["causvid a seed 0"] and "broken.mp4" in details["causvid c seed 0"]
    assert not any("causvid" in one.reason for one in made.left_out)


def test_the_same_bytes_for_two_systems_are_shown_for_neither(tmp_path: Path, clips: Path) -> None:
    rows = whole(clips)
    twin = tmp_path / "twin.mp4"
    shutil.copy(rows[0].path, twin)
    made = found(run(tmp_path / "run", [*rows, entry("longlive", "meadow", twin)]))

    assert reasons(made) == {"the same bytes stand for another system or prompt too":
                             ["longlive meadow seed 0", rows[0].clip]}
    assert len(made.candidates) == 5


def test_the_same_bytes_for_two_seeds_count_once(tmp_path: Path, clips: Path) -> None:
    rows = whole(clips)
    made = found(run(tmp_path / "run", [*rows, replace(rows[0], clip="again", seed=1)]))

    assert reasons(made) == {"its bytes are those of a lower seed": ["again"]}
    assert len(made.candidates) == 6


def test_two_clips_for_one_place_wait_for_a_choice(tmp_path: Path, clips: Path) -> None:
    rows = whole(clips)
    other = replace(entry("self-forcing", "creek", clip(tmp_path / "other.mp4", 95)), clip="other take")
    folder = run(tmp_path / "run", [*rows, other])

    both = found(folder)
    assert len(both.candidates) == 5 and len(both.left_out) == 2
    assert all("choose with --exclude" in one.reason for one in both.left_out)
    chosen = found(folder, exclude=("other take",))
    assert len(chosen.candidates) == 6 and reasons(chosen) == {"excluded by hand": ["other take"]}


def test_several_runs_give_one_set_of_clips_whatever_their_order(tmp_path: Path, clips: Path) -> None:
    rows = whole(clips)
    first = run(tmp_path / "first", rows[:4])
    second = run(tmp_path / "second", rows[3:])
    one, other = found(first, second), found(second, first)

    assert one == other and len(one.candidates) == 6
    shared = next(clip for clip in one.candidates if clip.name == rows[3].clip)
    assert shared.runs == ("first", "second")


def test_other_weights_are_another_system_and_that_is_told(tmp_path: Path, clips: Path) -> None:
    heavier = entry("self-forcing", "geyser", clip(tmp_path / "heavier.mp4", 96), weights_digest="ab" * 32)
    told: list[str] = []
    made = read([run(tmp_path / "a", whole(clips)), run(tmp_path / "b", [heavier])], Request(), told.append)

    assert len(made.candidates) == 7
    labels = {f"self-forcing (tiny backbone) [weights {name}]" for name in ("abababab", "not stated")}
    assert labels <= set(made.labels.values())
    assert any(all(label in line for label in labels) and "never pooled" in line for line in told)


def test_seeds_are_counted_within_the_runs_of_a_system(tmp_path: Path, clips: Path) -> None:
    rows = [replace(one, seed=seed) for one, seed in zip(whole(clips), (3, 7, 7, 3, None, None), strict=True)]
    ours = run(tmp_path / "ours", rows[:4])
    theirs = run(tmp_path / "theirs", rows[4:])
    indices = {one.name: one.seed_index for one in found(ours, theirs).candidates}

    assert [indices[one.clip] for one in rows] == [0, 1, 1, 0, 0, 0]


def test_methods_prompts_and_patterns_choose(tmp_path: Path, clips: Path) -> None:
    rows = whole(clips)
    folder = run(tmp_path / "run", rows)

    some = found(folder, methods=("causvid", "longlive:native"), prompts=("creek",))
    assert names(some) == ["causvid creek seed 0", "longlive creek seed 0"]
    assert reasons(some) == {"the system was not asked for": ["self-forcing (tiny backbone)"],
                             "the prompt was not asked for": ["geyser"]}
    assert len(found(folder, methods=("causvid (tiny backbone)",)).candidates) == 2
    assert len(found(folder, exclude=("*geyser*",)).candidates) == 3
    assert len(found(folder, exclude=(rows[0].clip_sha256[:12], Path(rows[1].path).name)).candidates) == 4
    with pytest.raises(InputError, match="first 12 or more digits"):
        found(folder, exclude=(rows[0].clip_sha256[:11],))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"methods": ("wan",)}, r"No clip is of wan; there are: causvid \(tiny backbone\)"),
        ({"prompts": ("sea",)}, "No clip has the prompt sea; there are: creek, geyser"),
        ({"exclude": ("nothing", "*creek*")}, "--exclude nothing fits no clip"),
    ],
)
def test_names_that_nothing_has_are_refused(
    tmp_path: Path, clips: Path, options: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        found(run(tmp_path / "run", whole(clips)), **options)


def test_runs_that_name_no_prompt_say_so(tmp_path: Path) -> None:
    folder = run(tmp_path / "run", [entry("causvid", "", clip(tmp_path / "a.mp4", 1))])
    with pytest.raises(InputError, match="No clip has the prompt sea; the runs name none"):
        found(folder, prompts=("sea",))


def test_folders_without_a_run_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no readable run"):
        found(tmp_path)
    with pytest.raises(NothingFoundError, match="without clips"):
        found(run(tmp_path / "empty", []))
