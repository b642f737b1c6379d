"""A program of its own: exact hand-over, time limit for the whole family, output checked."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from generators import ClipFile, GeneratorError, GeneratorInfo, load
from generators.methods.program import Program, check_command

INFO = GeneratorInfo("demo", "native", "none", 1)

RENDER = """
import os, sys, json
from pathlib import Path
import numpy as np
from generators import FrameStream, Job
from generators.encode import encode
from prompts.types import Prompt
prompt_file, seed, output = sys.argv[1:4]
text = Path(prompt_file).read_bytes().decode()
env = {k: v for k, v in os.environ.items() if k.startswith("STEADYBENCH_")}
Path("seen.json").write_text(json.dumps({"argv": sys.argv, "text": text, "env": env, "cwd": os.getcwd()}))
w, h, n = (int(env["STEADYBENCH_" + name]) for name in ("WIDTH", "HEIGHT", "FRAMES"))
fps = float(env["STEADYBENCH_FPS"])
n, w = n + int(os.environ.get("EXTRA", "0")), w + int(os.environ.get("WIDER", "0"))
frames = np.random.default_rng(int(seed)).integers(0, 255, (n, h, w, 3), dtype=np.uint8)
job = Job(Prompt("p", text, "m", "channel_flow", "left", "", "", ()), 1, n / fps, fps, w, h)
encode(FrameStream(fps, iter([frames])), Path(output), job)
print("done")
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))

    def write(code: str) -> list[str]:
        path = tmp_path / "program.py"
        path.write_text(code)
        return [sys.executable, str(path), "{prompt_file}", "{seed}", "{output}"]

    return write


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_the_program_gets_the_job_and_its_file_is_delivered(
    script, workspace: Path, make_job, prompt
) -> None:
    text = "emoji 🌊, quotes \" ' `, $HOME; rm -rf / {seed}\r\nnew line " + "x" * 5000
    job = make_job(prompt=replace(prompt, text=text), seed=42)
    delivery = Program(INFO, script(RENDER), 60).generate(job, workspace)
    seen = json.loads((workspace / "seen.json").read_text())

    assert isinstance(delivery, ClipFile)
    assert delivery.path == workspace / "clip.mp4"
    assert seen["text"] == text
    assert seen["argv"][2:] == ["42", str(workspace / "clip.mp4")]
    assert seen["cwd"] == str(workspace)
    assert seen["env"]["STEADYBENCH_FRAMES"] == "8"
    assert (workspace / "stdout.log").read_text() == "done\n"


def test_the_time_limit_ends_the_program_and_its_children(script, workspace: Path, make_job) -> None:
    code = (
        "import subprocess, sys, time, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child.pid', 'w').write(str(child.pid))\n"
        "print('starting', file=sys.stderr, flush=True)\ntime.sleep(600)\n"
    )
    started = time.monotonic()
    with pytest.raises(GeneratorError, match=r"(?s)longer than its limit of 1\.5 s.*starting"):
        Program(INFO, script(code), 1.5).generate(make_job(), workspace)

    assert time.monotonic() - started < 15
    assert not alive(int((workspace / "child.pid").read_text()))


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie that nobody has collected yet does not."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state in "ZX":
            return False
        time.sleep(0.1)
    return True


def test_children_left_behind_after_a_normal_end_are_stopped(script, workspace: Path, make_job) -> None:
    code = RENDER + (
        "\nimport subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child.pid', 'w').write(str(child.pid))\n"
    )
    Program(INFO, script(code), 60).generate(make_job(), workspace)

    assert not alive(int((workspace / "child.pid").read_text()))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('out of memory on GPU 0')", "status 1.*out of memory on GPU 0"),
        ("import os; os.kill(os.getpid(), 9)", "status -9"),
        ("pass", "clip.mp4 is missing"),
        ("import sys; open(sys.argv[3], 'w').close()", "clip.mp4 is empty"),
        ("import sys; open(sys.argv[3], 'w').write('not a video')", "not a readable video"),
        ("import os, sys; os.symlink('/etc/hostname', sys.argv[3])", "is a link"),
    ],
)
def test_failures_say_what_happened(script, workspace: Path, make_job, code: str, words: str) -> None:
    with pytest.raises(GeneratorError, match=f"(?s){words}"):
        Program(INFO, script(code), 60).generate(make_job(), workspace)


def test_a_clip_that_does_not_fit_the_job_is_refused_with_all_faults(
    script, workspace: Path, make_job
) -> None:
    program = Program(INFO, script(RENDER), 60, {"EXTRA": "8", "WIDER": "2"})

    with pytest.raises(GeneratorError, match=r"size is 98x64, expected 96x64; 16 frames, expected 4 to 12"):
        program.generate(make_job(), workspace)


def test_a_program_that_cannot_start(workspace: Path, make_job) -> None:
    with pytest.raises(GeneratorError, match="cannot start '/no/such/program'"):
        Program(INFO, ["/no/such/program"], 10).generate(make_job(), workspace)


def test_no_shell_ever_sees_the_command(workspace: Path, make_job) -> None:
    with pytest.raises(GeneratorError, match="missing"):
        Program(
            INFO, [sys.executable, "-c", "pass", "; touch hacked", "$(touch hacked)", "{seed}"], 30
        ).generate(make_job(), workspace)

    assert not (workspace / "hacked").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("python x.py", "list"),
        ([], "list"),
        (["a", 1], "list"),
        (["a", "{sed}"], r"\{sed\} \(did you mean \{seed\}\?\)"),
    ],
)
def test_malformed_commands_are_refused(command, words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        check_command(command)


def test_braces_that_are_no_placeholder_pass(workspace: Path) -> None:
    check_command(["a", '{"key": 1}', "{}"])


def test_the_registry_makes_a_program_from_options(script, workspace: Path, make_job) -> None:
    options = {
        "command": json.dumps(script(RENDER)),
        "method": "my-model",
        "backbone": "wan2.1-1.3b",
        "time_limit_s": "60",
    }
    generator = load("program:common", options)

    assert (generator.info.method, generator.info.configuration) == ("my-model", "common")
    assert generator.generate(make_job(), workspace).path.is_file()
    for bad in ({}, {"command": "python x.py"}, {"command": '"a"'}):
        with pytest.raises(GeneratorError, match="JSON list"):
            load("program", bad)


def test_the_callers_environment_is_left_alone(script, workspace: Path, make_job) -> None:
    before = dict(os.environ)
    Program(INFO, script(RENDER), 60, {"EXTRA": "0"}).generate(make_job(), workspace)

    assert dict(os.environ) == before
