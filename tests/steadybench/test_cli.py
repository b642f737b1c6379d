"""The command line as a user meets it: quick help, one message an error, documented exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from steadybench import __version__
from steadybench.errors import EXIT_CODES

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "pandas", "scipy", "cv2", "av", "torch", "pyarrow", "skimage", "jinja2", "yaml")


def call(*arguments: object, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command; ``path`` is one more folder to import from."""
    paths = os.pathsep.join(map(str, [ROOT, *([path] if path else [])]))
    return subprocess.run(
        [sys.executable, "-m", "steadybench.cli", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip


def test_help_names_commands_and_exit_codes() -> None:
    done = call("--help")

    assert done.returncode == 0
    for command in (
        "score", "run", "plan", "doctor", "report", "demo", "methods", "metrics", "prompts", "adapter",
    ):  # fmt: skip
        assert f"\n  {command} " in done.stdout
    for code, meaning in EXIT_CODES:
        assert f"{code:>3}  {meaning}" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import json, sys\nfrom steadybench.cli import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    loaded = json.loads(done.stdout.splitlines()[-1])
    assert "click" in loaded
    assert not set(HEAVY) & set(loaded)


def test_version() -> None:
    assert call("--version").stdout == f"steadybench, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["score", "--out", "x"], "Name a video file or a folder"),
        (["score", "nowhere.mp4", "--out", "x"], "'nowhere.mp4': No such file or directory"),
        (["score", ".", "--jobs", "0", "--out", "x"], "--jobs"),
        (["score", ".", "--flow", "magic", "--out", "x"], "--flow"),
        (["score", "."], "--out"),
        (["run", "--methods", "procedurl", "--out", "x"], "did you mean procedural?"),
        (["run", "--methods", "procedural:drfit", "--out", "x"], "did you mean 'drift'?"),
        (
            ["run", "--methods", "procedural", "--suite", "nope", "--out", "x"],
            "no built-in suite of that name",
        ),
        (["run", "--methods", "procedural", "--prompts", "nope", "--out", "x"], "unknown 'nope'"),
        (["run", "--methods", "procedural", "--option", "nois=1", "--out", "x"], "unknown option"),
        (["run", "--methods", "procedural", "--size", "big", "--out", "x"], "WIDTHxHEIGHT"),
        (["run", "--methods", "procedural", "--horizon", "nan", "--out", "x"], "--horizon"),
        (["run", "--methods", "x", "--plugin", "nowhere.py", "--out", "x"], "nowhere.py' is missing"),
        (["plan", "--methods", "procedurl", "--out", "x"], "did you mean procedural?"),
        (["plan", "--methods", "procedural", "--gpu", "abacus", "--out", "x"], "not in the table"),
        (["plan", "--methods", "procedural"], "--out"),
        (["doctor", "--methods", "procedurl"], "did you mean procedural?"),
        (["doctor", "--methods", "procedural", "--option", "x.y=1"], "not among the methods"),
        (["report", "nowhere"], "holds no readable run"),
        (["prompts", "lint", "nowhere.yaml"], "no built-in suite of that name"),
        (["scroe"], "scroe"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_2(
    arguments: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = call(*arguments)

    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.json"))


def test_a_folder_without_clips_is_exit_code_4(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "README.md").write_text("x")

    done = call("score", tmp_path / "clips", "--out", tmp_path / "out")

    assert done.returncode == 4
    assert "It holds only README.md" in done.stderr


def test_an_output_that_cannot_be_written_is_exit_code_5(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")

    done = call("score", tmp_path / "a.mp4", "--out", "/proc/nothing/here")

    assert done.returncode == 5
    assert "Cannot write /proc/nothing/here" in done.stderr


def test_a_bad_manifest_is_exit_code_2_with_all_faults(tmp_path: Path) -> None:
    (tmp_path / "clips.csv").write_text("path,seed\nnone.mp4,-1\n")

    done = call("score", tmp_path, "--manifest", tmp_path / "clips.csv", "--out", tmp_path / "out")

    assert done.returncode == 2
    assert "has 2 faults" in done.stderr


def test_methods_are_listed() -> None:
    done = call("methods")

    assert {line.split()[0] for line in done.stdout.splitlines()} >= {"procedural", "recorded", "program"}


def test_broken_plug_ins_are_warnings_and_the_others_are_listed_unimported(tmp_path: Path) -> None:
    info = tmp_path / "site" / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[steadybench.generators]\nlost = no_such_module_x:create\n")
    file = tmp_path / "my_try.py"
    file.write_text("raise SystemExit(9)")

    done = call("methods", "--plugin", file, path=tmp_path / "site")

    assert done.returncode == 0
    names = {line.split()[0] for line in done.stdout.splitlines()}
    assert {"procedural", "longlive", "my-try"} <= names and "lost" not in names
    assert "Warning: plug-in 'lost' = 'no_such_module_x:create' of package broken is refused" in done.stderr
    assert "registry.py" not in done.stderr


def test_all_that_is_wrong_with_several_methods_is_told_before_anything_starts(tmp_path: Path) -> None:
    broken, out = tmp_path / "broken.py", tmp_path / "out"
    broken.write_text("import no_such_module_x")
    methods = "procedurl,broken,longlive:infinit,procedural"

    done = call("run", "--plugin", broken, "--methods", methods, "--out", out)

    assert done.returncode == 2
    for part in (
        "did you mean procedural?",
        "method 'broken' (file) cannot be loaded from broken.py:create: ModuleNotFoundError",
        "longlive: unknown configuration 'infinit'; did you mean infinity or native-infinity?",
    ):
        assert part in done.stderr
    assert not out.exists()


def test_the_built_in_suite_passes_its_linter() -> None:
    done = call("prompts", "lint")

    assert done.returncode == 0, done.stdout
    assert "108 prompts, 0 faults." in done.stderr


def test_a_suite_with_faults_fails_the_linter(tmp_path: Path) -> None:
    source = (ROOT / "prompts" / "fixed_camera.yaml").read_text()
    suite = tmp_path / "suite.yaml"
    suite.write_text(source.replace("Clear river water slides", "No people here, the water slides", 1))
    assert suite.read_text() != source

    done = call("prompts", "lint", suite)

    assert done.returncode == 2
    assert "cobble-river-dawn: negations" in done.stdout.replace("_", "-").replace("negation:", "negations:")
