"""The package that `steadybench new generator` writes works as it is, and nothing is ever overwritten."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from steadybench.errors import InputError, StorageError
from steadybench.scaffold import new_generator

ROOT = Path(__file__).parents[2]


def python(*arguments: object, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(map(str, [ROOT, *([path] if path else [])]))
    environment = {**os.environ, "PYTHONPATH": paths, "MYPYPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    done = python("-m", "steadybench.cli", "new", "generator", "my-model", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "pip install -e my-model" in done.stdout
    assert "steadybench adapter check my-model" in done.stdout
    return folder / "my-model"


def test_it_is_small_and_clean(package: Path) -> None:
    assert sorted(path.name for path in package.iterdir()) == [
        "my_model.py", "pyproject.toml", "test_my_model.py"
    ]  # fmt: skip
    assert len((package / "my_model.py").read_text().splitlines()) <= 25
    for tool in (
        ["ruff", "check", "--isolated"],
        ["ruff", "format", "--isolated", "--check"],
        ["mypy", "--strict"],
    ):
        done = python("-m", *tool, ".", cwd=package)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_documentation_shows_this_very_adapter(package: Path) -> None:
    page = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
    assert (package / "my_model.py").read_text() in page


def test_its_own_test_passes(package: Path) -> None:
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=package)

    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_installed_it_is_found_checked_and_run(package: Path, tmp_path: Path) -> None:
    site, out = tmp_path / "site", tmp_path / "out"
    pip = ["pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--target", site]
    done = python("-m", *pip, package, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    listed = python("-m", "steadybench.cli", "methods", cwd=tmp_path, path=site)
    assert any(line.split()[:2] == ["my-model", "entry-point"] for line in listed.stdout.splitlines())
    checked = python("-m", "steadybench.cli", "adapter", "check", "my-model", cwd=tmp_path, path=site)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "repeatable" in checked.stdout
    run = ["run", "--methods", "my-model", "--limit", 1, "--horizon", 4, "--size", "96x64", "--out", out]
    made = python("-m", "steadybench.cli", *run, "--no-report", cwd=tmp_path, path=site)
    assert made.returncode == 0, made.stderr
    assert len(list(out.glob("clips/*.mp4"))) == 1


def test_without_installing_it_can_be_tried(package: Path, tmp_path: Path) -> None:
    plugin = ["--plugin", package / "my_model.py"]
    checked = python("-m", "steadybench.cli", "adapter", "check", "my-model", *plugin, cwd=tmp_path)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    wrong = python("-m", "steadybench.cli", "adapter", "check", "my-model:fast", *plugin, cwd=tmp_path)
    assert wrong.returncode == 2
    assert "my-model: unknown configuration 'fast'; valid: native" in wrong.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "lower-case letters"),
        ("My-Model", "lower-case letters"),
        ("my_model", "lower-case letters"),
        ("3d", "lower-case letters"),
        ("a--b", "lower-case letters"),
        ("../evil", "lower-case letters"),
        ("a" * 41, "up to 40"),
        ("longlive", "method of that name exists"),
        ("import", "'import' already"),
        ("json", "'json' already"),
        ("numpy", "'numpy' already"),
        ("generators", "'generators' already"),
    ],
)
def test_names_that_would_not_work_are_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        new_generator(name, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    for file in ("pyproject.toml", "test_my_model.py"):
        (tmp_path / file).write_text("mine")

    with pytest.raises(InputError, match=r"pyproject\.toml, .*test_my_model\.py exists already"):
        new_generator("my-model", tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml", "test_my_model.py"]
    assert {path.read_text() for path in tmp_path.iterdir()} == {"mine"}


def test_a_folder_of_ones_own_is_filled_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")

    files = new_generator("my-model", tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"README.md", *(path.name for path in files)}


def test_a_folder_that_takes_no_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StorageError, match="Cannot write"):
        new_generator("my-model", tmp_path / "file" / "new")
