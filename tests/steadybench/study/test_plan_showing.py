"""How long, at which rate and in which size clips are shown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from steadybench.errors import InputError
from steadybench.study.planning import limits, showing
from steadybench.study.planning.making import make
from steadybench.study.planning.request import Request
from steadybench.study.planning.showing import Length
from tests.steadybench.study.made_read import SECRET, candidate, read_of


def lasting(*seconds: float) -> list[object]:
    return [candidate(i, 0, seconds=length) for i, length in enumerate(seconds)]


@pytest.mark.parametrize(
    ("options", "lengths", "expected"),
    [
        ({}, (12.0, 12.0), Length(12.0, "full")),
        ({}, (12.9, 8.0), Length(12.0, "full")),
        ({}, (20.0, 20.0), Length(20.0, "full")),
        ({}, (30.0, 30.0), Length(17.0, "ends")),
        ({"seconds": 10.0}, (30.0, 30.0), Length(10.0, "full")),
        ({"excerpt": "full"}, (30.0, 30.0), Length(30.0, "full")),
        ({"excerpt": "full", "seconds": 25.0}, (30.0, 30.0), Length(25.0, "full")),
        ({"excerpt": "ends", "seconds": 13.0}, (30.0, 30.0), Length(13.0, "ends")),
    ],
)
def test_what_is_shown(options: dict[str, object], lengths: tuple[float, ...], expected: Length) -> None:
    assert showing.asked(Request(**options), lasting(*lengths)) == expected  # type: ignore[arg-type]


def test_long_trials_must_be_asked_for_aloud() -> None:
    with pytest.raises(InputError, match="Say --excerpt full if that is meant"):
        showing.asked(Request(seconds=30.0), lasting(40.0, 40.0))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected 2 s or more"):
        showing.asked(Request(seconds=1.0), lasting(40.0, 40.0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lengths", "asked", "expected"),
    [
        ((20.0, 20.0), Length(20.0, "full"), Length(20.0, "full")),
        ((20.0, 9.7), Length(20.0, "full"), Length(9.0, "full")),
        ((20.0, 2.0), Length(20.0, "full"), Length(2.0, "full")),
        ((20.0, 1.9), Length(20.0, "full"), None),
        ((30.0, 30.0), Length(17.0, "ends"), Length(17.0, "ends", 30.0)),
        ((30.0, 25.6), Length(17.0, "ends"), Length(17.0, "ends", 25.0)),
        ((30.0, 17.5), Length(17.0, "ends"), Length(17.0, "full")),
        ((30.0, 6.0), Length(17.0, "ends"), Length(6.0, "full")),
    ],
)
def test_a_pair_is_cut_to_its_shorter_clip(
    lengths: tuple[float, float], asked: Length, expected: Length | None
) -> None:
    first, second = lasting(*lengths)
    assert showing.of_pair((first, second), asked) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "lengths", "told"),
    [
        ({}, (30.0, 30.0), ""),
        ({"seconds": 10.0}, (30.0, 10.5), "1 of 2 clips go on after 10 s"),
        ({"excerpt": "full"}, (30.0, 30.0), ""),
        ({"question": ("loops",)}, (30.0, 30.0), "Question loops asks about all of a clip"),
        ({"question": ("loops",)}, (12.0, 12.0), ""),
    ],
)
def test_what_nobody_will_see_is_told(
    options: dict[str, object], lengths: tuple[float, ...], told: str
) -> None:
    request = Request(**{"votes": 2, "question": ("motion",), **options})  # type: ignore[arg-type]
    made = make(read_of(*lasting(*lengths)), request, SECRET)  # type: ignore[arg-type]
    found = [line for line in made.told if "go on after" in line or "asks about all" in line]

    assert len(found) == bool(told) and all(told in line for line in found)


def test_a_clip_has_one_file_for_each_length_shown() -> None:
    clips = [candidate(i, j, seconds=6.0 if i == 2 else 12.0) for i in range(3) for j in range(2)]
    plan = make(read_of(*clips), Request(question=("motion",), votes=2), SECRET).plan
    shown = [one for one in plan.stimuli if one.kind == "clip"]

    assert sorted(one.seconds for one in shown) == [6.0] * 6 + [12.0] * 4
    seconds = {one.token: one.seconds for one in plan.stimuli}
    for session in plan.sessions:
        for trial in session.trials:
            assert seconds[trial.left] == seconds[trial.right]
    assert any("2 of 2 clips are shorter than 12 s" in line for line in plan.unblinded)


@pytest.mark.parametrize(
    ("rates", "expected"),
    [((16, 16), "16"), ((8, 12, 16, 24), "48"), ((15, 20), "60"), ((24, 30), ""), ((16, 25), "")],
)
def test_the_common_rate(rates: tuple[int, ...], expected: str) -> None:
    clips = [candidate(i, 0, rate=rate) for i, rate in enumerate(rates)]
    assert showing.common_rate(clips) == expected


def test_the_common_rate_of_film_rates_is_exact() -> None:
    from dataclasses import replace

    clips = [replace(candidate(i, 0), rate=rate)
             for i, rate in enumerate((Fraction(30000, 1001), Fraction(60000, 1001)))]
    assert showing.common_rate(clips) == "60000/1001"
    halved = [replace(candidate(i, 0), rate=rate) for i, rate in enumerate((Fraction(15, 2), Fraction(15)))]
    assert showing.common_rate(halved) == "15"
    assert showing.common_rate([*clips, replace(candidate(2, 0), rate=None)]) == ""


def test_what_cannot_be_made_alike_is_listed_without_names_and_told_with_them() -> None:
    sizes = {0: (832, 480), 1: (832, 480), 2: (641, 361)}
    rates = {0: 16, 1: 24, 2: 16}
    clips = [candidate(i, j, rate=rates[i], size=sizes[i]) for i in range(3) for j in range(2)]
    made = make(read_of(*clips), Request(question=("motion",), votes=2), SECRET)
    blind, told = "\n".join(made.plan.unblinded), "\n".join(made.told)

    assert (made.plan.rate, made.plan.canvas) == ("48", (832, 480))
    assert "1 of 3 systems: pictures change at 24 a second" in blind
    assert "2 of 3 systems: pictures change at 16 a second" in blind
    assert "1 of 3 systems: clips of 641x361 are fitted into 832x480" in blind
    assert "Birch: pictures change at 24" in told and "Alder, Cedar: pictures change at 16" in told
    assert not any(word in blind for word in (*made.key.systems, "irch", "edar"))


def test_the_canvas_is_even_and_the_commonest() -> None:
    assert showing.common_canvas([candidate(i, 0, size=(641, 361)) for i in range(2)]) == (640, 360)
    mixed = [candidate(i, 0, size=size) for i, size in enumerate([(640, 360), (832, 480), (640, 360)])]
    assert showing.common_canvas(mixed) == (640, 360)
    assert showing.common_canvas(mixed[1:]) == (832, 480), "the larger of equally common ones"


def test_trials_a_session() -> None:
    assert limits.trials(20.0, None) == 40
    assert limits.trials(17.0, None) == 40
    assert limits.trials(60.0, None) == 16
    assert limits.trials(100.0, None) == 10
    assert limits.minutes(100.0, 10) <= limits.LONGEST_MIN < limits.minutes(100.0, 11)
    assert limits.trials(20.0, 24) == 24
    for seconds, asked in ((20.0, 41), (60.0, 17), (20.0, 5)):
        with pytest.raises(InputError, match="expected 6 to"):
            limits.trials(seconds, asked)
    with pytest.raises(InputError, match="too long to be judged"):
        limits.trials(300.0, None)
