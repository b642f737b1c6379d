"""`adapter check`: every finding in one go, and adapters that crash or hang end as a finding too."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts.types import Prompt
from steadybench.adapter import check_adapter
from steadybench.errors import INCOMPLETE, OK, InputError
from steadybench.plan import Format
from steadybench.studio import adapters

PROMPT = Prompt("p", "water", "river", "channel_flow", "left", "rocks", "noon", ("rocks",))
SOURCE = """
import os, time, zlib
import numpy as np
from generators import FrameStream, GeneratorError, GeneratorInfo
from generators.limits import check_job

class Try:
    info = GeneratorInfo("try", "native", "none", 1, size=(64, 48), fps=8.0)

    def generate(self, job, workspace):
        BEFORE
        check_job(job, self.info)
        seed = zlib.crc32(f"{job.prompt.text} {job.seed}".encode())
        return FrameStream(job.fps, self.blocks(job, np.random.default_rng(seed)))

    def blocks(self, job, rng):
        for _ in range(job.frame_count):
            yield rng.integers(0, 255, (1, job.height, job.width, 3), dtype=np.uint8)

def create(configuration, options):
    return Try()
"""


def check(folder: Path, before: str = "", seconds: float = 60.0, **changes: object) -> tuple[int, list[str]]:
    file, said = folder / "a_try.py", list[str]()
    file.write_text(SOURCE.replace("BEFORE", before or "pass"))
    shape = Format(1.0, usual_size=(160, 96), **changes)  # type: ignore[arg-type]
    code = check_adapter("a-try", {}, PROMPT, shape, adapters([file]), seconds, said.append)
    return code, said


def test_a_good_file_passes_in_its_own_format(tmp_path: Path) -> None:
    code, said = check(tmp_path)

    assert code == OK
    assert any(line.split() == ["passed", "size", "64x48"] for line in said)
    assert said[-1] == "18 checks: 16 passed, 0 failed, 2 skipped"
    assert [path.name for path in tmp_path.iterdir()] == ["a_try.py"]


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    code, said = check(tmp_path, "open('litter', 'w').close(); job.seed or (1 / 0 if job.seconds > 1 else 0)")

    assert code == INCOMPLETE
    failed = {line.split()[1] for line in said if line.startswith("failed")}
    assert {"workspace-only", "out-of-range"} <= failed


@pytest.mark.parametrize(
    ("before", "told"), [("os.abort()", "ended by SIGABRT"), ("time.sleep(60)", "was stopped after 4 s")]
)
def test_a_crash_or_a_hang_is_a_finding(tmp_path: Path, before: str, told: str) -> None:
    code, said = check(tmp_path, before, seconds=4.0 if "sleep" in before else 60.0)

    assert code == INCOMPLETE
    assert said[0].startswith("failed   suite") and told in said[0]


def test_a_format_that_it_does_not_make_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="a-try: it makes 64x48 pictures only, got 832x480; leave out --size"
    ):
        check(tmp_path, size=(832, 480))
