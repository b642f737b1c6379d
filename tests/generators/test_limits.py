"""Absurd jobs and foreign formats are refused, each fault by name."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from generators import GeneratorError, GeneratorInfo, Job, load
from generators.limits import check_job, format_faults
from generators.options import check_configuration

ANY = GeneratorInfo("m", "native", "none", 1)
FIXED = replace(ANY, size=(160, 96), fps=16.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seconds": 1e9}, "up to 3600 seconds, got 1e\\+09"),
        ({"seconds": 0.0}, "a length above 0"),
        ({"seconds": math.nan}, "got nan"),
        ({"seconds": math.inf}, "got inf"),
        ({"fps": 0.0}, "1 to 120 frames"),
        ({"fps": math.nan}, "got nan"),
        ({"width": 0, "height": -1}, "got 0x-1"),
        ({"width": 1_000_000}, "16 to 8192 pixels"),
    ],
)
@pytest.mark.parametrize("spec", ["procedural", "program", None])
def test_what_no_generator_makes_is_refused(
    spec: str | None, changes: dict[str, float], words: str, make_job, tmp_path: Path
) -> None:
    job: Job = make_job(**changes)
    if spec is None:
        with pytest.raises(GeneratorError, match=f"^m: .*{words}"):
            check_job(job, ANY)
    else:
        options = {"command": '["true"]'} if spec == "program" else {}
        with pytest.raises(GeneratorError, match=f"^{spec}: "):
            load(spec, options).generate(job, tmp_path)


def test_all_faults_are_told_together(make_job) -> None:
    with pytest.raises(GeneratorError) as caught:
        check_job(make_job(seconds=-1.0, fps=24.0, width=1), FIXED)
    told = str(caught.value)
    assert all(
        text in told for text in ("got -1", "got 1x64", "160x96 pictures only", "16 frames a second only")
    )


def test_only_a_declared_format_binds(make_job) -> None:
    assert format_faults(ANY, (832, 480), 24.0) == []
    assert format_faults(FIXED, (160, 96), 16.0) == []
    assert format_faults(FIXED, None, None) == []
    check_job(make_job(width=160, height=96, fps=16.0), FIXED)
    with pytest.raises(
        GeneratorError, match=r"160x96 pictures only, got 96x64; it makes 16 frames a second only"
    ):
        check_job(make_job(), FIXED)


def test_an_unknown_configuration_gets_near_names() -> None:
    check_configuration("m", "native", ("native", "long"))
    with pytest.raises(GeneratorError, match=r"'nativ'; did you mean native\? valid: native, long"):
        check_configuration("m", "nativ", ("native", "long"))
