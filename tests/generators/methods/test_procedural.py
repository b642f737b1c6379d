"""The procedural adapter: configuration names, scene choice, ground truth, errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators import Generator, GeneratorError, load
from generators.methods.procedural import parse_configuration, scene_for
from generators.procedural.dials import KINDS
from prompts.types import REGIMES


def render(spec: str, job, **options: str) -> np.ndarray:
    return np.concatenate(list(load(spec, options).generate(job, Path()).blocks))


@settings(deadline=None, derandomize=True)
@given(
    st.sampled_from(sorted(KINDS)),
    st.none() | st.tuples(st.integers(0, 9999), st.none() | st.integers(0, 300)),
)
def test_configurations_come_back_in_their_parts(kind: str, rest: tuple[int, int | None] | None) -> None:
    onset, strength = rest or (None, None)
    text = (
        kind
        + (f"@{onset}" if onset is not None else "")
        + (f"x{strength / 100:g}" if strength is not None else "")
    )

    assert parse_configuration(text) == (kind, onset, 1.0 if strength is None else strength / 100)


@settings(deadline=None, derandomize=True)
@given(st.text("abcdefgrintxz@.0123456789 -", max_size=14))
def test_any_other_configuration_is_refused_with_the_valid_ones(text: str) -> None:
    valid = text == "clean" or text.partition("@")[0] in KINDS
    if not valid:
        with pytest.raises(GeneratorError, match=r"KIND@SECOND.*drift"):
            parse_configuration(text)


@pytest.mark.parametrize(
    "text",
    [
        "drft@3",
        "drift@",
        "drift@3x",
        "drift@-1",
        "drift@3x-1",
        "drift@1e3",
        "clean@3",
        "",
        "driftx2",
        "drift@nan",
    ],
)
def test_near_misses_are_refused(text: str) -> None:
    with pytest.raises(GeneratorError, match="configuration"):
        load("procedural").__class__(text)


def test_a_misspelt_kind_gets_a_suggestion() -> None:
    with pytest.raises(GeneratorError, match="did you mean 'stagnation'"):
        load("procedural:stagnatoin@4")


def test_every_regime_has_a_scene_and_words_of_the_medium_decide(prompt) -> None:
    by_regime = {r: scene_for(replace(prompt, medium="something", regime=r)) for r in REGIMES}

    assert set(by_regime.values()) == {
        "river",
        "waterfall",
        "surf",
        "rain",
        "smoke",
        "fire",
        "clouds",
        "steam",
        "snow",
    }
    assert scene_for(replace(prompt, medium="Wet snow", regime="falling_precipitation")) == "snow"
    assert scene_for(replace(prompt, medium="sea fog", regime="oscillating_water")) == "clouds"


def test_frames_labels_and_identity(make_job) -> None:
    generator = load("procedural:drift@0.5x2")
    stream = generator.generate(make_job(), Path())
    frames = np.concatenate(list(stream.blocks))

    assert isinstance(generator, Generator)
    assert generator.info.backbone == "none"
    assert generator.info.configuration == "drift@0.5x2"
    assert frames.shape == (8, 64, 96, 3)
    assert stream.labels.shape == (64, 96)
    assert stream.prompt_as_used is None


def test_a_medium_that_cannot_be_drawn_is_said(make_job, prompt) -> None:
    job = make_job(prompt=replace(prompt, medium="wheat", regime="windborne"))

    stream = load("procedural").generate(job, Path())

    assert stream.prompt_as_used == "a rendered scene of clouds"


def test_prompt_id_and_seed_choose_the_place(make_job, prompt) -> None:
    base = render("procedural", make_job())

    assert np.array_equal(base, render("procedural:clean", make_job()))
    assert not np.array_equal(base, render("procedural", make_job(seed=2)))
    assert not np.array_equal(base, render("procedural", make_job(prompt=replace(prompt, id="brook-02"))))
    assert np.array_equal(
        base, render("procedural", make_job(prompt=replace(prompt, text="x" * 5000 + "🌊\n\"'")))
    )


def test_the_default_onset_is_two_fifths_of_the_horizon(make_job) -> None:
    clean, hard = (render(spec, make_job(seconds=5.0)) for spec in ("procedural", "procedural:freeze"))
    same = [np.array_equal(a, b) for a, b in zip(clean, hard, strict=True)]

    assert same[:17] == [True] * 17
    assert not any(same[17:])


def test_a_longer_clip_begins_with_the_shorter_one(make_job) -> None:
    short, long = (render("procedural:replay@0.5", make_job(seconds=s)) for s in (1.0, 3.0))

    assert np.array_equal(short, long[:8])


def test_sensor_noise_is_an_option_and_part_of_the_identity(make_job) -> None:
    assert not np.array_equal(
        render("procedural", make_job()), render("procedural", make_job(), sensor_noise="3")
    )
    assert load("procedural", {"sensor_noise": "3"}).info.configuration == "clean+noise3"


@pytest.mark.parametrize(
    ("changes", "spec", "words"),
    [
        ({"width": 16}, "procedural", "width 16"),
        ({"fps": 0.0}, "procedural", "fps"),
        ({"seconds": -1.0}, "procedural", "seconds"),
        ({"seconds": float("inf")}, "procedural", "seconds"),
        ({}, "procedural:drift@4", "beyond the clip's end"),
    ],
)
def test_impossible_jobs_are_refused(make_job, changes, spec: str, words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        load(spec).generate(make_job(**changes), Path())


def test_unknown_and_bad_options_are_refused() -> None:
    with pytest.raises(GeneratorError, match="did you mean 'sensor_noise'"):
        load("procedural", {"sensor_nois": "1"})
    with pytest.raises(GeneratorError, match="finite number"):
        load("procedural", {"sensor_noise": "nan"})


def test_the_same_job_gives_the_same_bytes_in_another_process(make_job, tmp_path) -> None:
    """No hash randomisation, no state of the process."""
    import hashlib
    import os
    import subprocess
    import sys

    program = (
        "import hashlib, numpy as np\nfrom pathlib import Path\n"
        "from generators import Job, load\nfrom prompts.types import Prompt\n"
        "p = Prompt('brook-01', '', 'brook', 'channel_flow', 'left', '', '', ())\n"
        "b = np.concatenate(list(load('procedural').generate(Job(p, 1, 1.0, 8.0, 96, 64), Path()).blocks))\n"
        "print(hashlib.sha256(b.tobytes()).hexdigest())"
    )
    here = hashlib.sha256(render("procedural", make_job()).tobytes()).hexdigest()
    run = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert run.stdout.strip() == here
