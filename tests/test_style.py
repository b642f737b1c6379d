"""Linter, type checker and sizes: what every file of the project keeps."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("steadybench", "generators", "metrics", "prompts", "reports")
CHECKED = (*PACKAGES, "tests", "benchmarks")
FUNCTION_P99, FUNCTION_MAX, MODULE_MAX = 60, 90, 600
"""Lines from `def` to the end, docstring included; and lines of a file."""


def run(*module: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *module]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_ruff_finds_nothing() -> None:
    done = run("ruff", "check", "--output-format=concise", *CHECKED)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_finds_nothing() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_asks_for_docstrings_and_mypy_for_types(tmp_path: Path) -> None:
    """The project's settings would notice a public function with neither."""
    bare = tmp_path / "bare.py"
    bare.write_text("def f(x):\n    return x\n", encoding="utf-8")
    settings = str(ROOT / "pyproject.toml")
    assert "D103" in run("ruff", "check", "--config", settings, str(bare)).stdout
    assert "no-untyped-def" in run("mypy", "--config-file", settings, str(bare), folder=tmp_path).stdout


def functions(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, first line and number of lines of every function and method."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def oversized(root: Path) -> list[str]:
    """Functions and files of the packages under ``root`` that are too long, longest functions first."""
    sources = {
        path.relative_to(root): path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    }
    lengths = [
        (size, f"{path}:{line} {name}")
        for path, text in sources.items()
        for name, line, size in functions(text)
    ]
    # the 1 % that may be longer than the 99th percentile allows
    spared = math.floor(len(lengths) / 100)
    found = [
        f"{place}: {size} lines; at most {FUNCTION_MAX}, and 99 of 100 functions at most {FUNCTION_P99}"
        for rank, (size, place) in enumerate(sorted(lengths, reverse=True))
        if size > (FUNCTION_MAX if rank < spared else FUNCTION_P99)
    ]
    long_files = {path: size for path, text in sources.items() if (size := text.count("\n")) > MODULE_MAX}
    return found + [f"{path}: {size} lines; at most {MODULE_MAX}" for path, size in long_files.items()]


def test_functions_and_files_are_small() -> None:
    found = oversized(ROOT)
    assert found == [], "\n".join(found)


def function_of(lines: int, name: str = "f") -> str:
    return f"def {name}():\n" + "    pass\n" * (lines - 1)


A_METHOD = "class A:\n" + textwrap.indent(function_of(61), "    ")
NINETY_NINE = "".join(function_of(2, f"f{number}") for number in range(99))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (function_of(61), "metrics/x.py:1 f: 61 lines"),
        (A_METHOD, "metrics/x.py:2 f: 61 lines"),
        (NINETY_NINE + function_of(91), "metrics/x.py:199 f: 91 lines"),
        ("x = 1\n" * 601, "metrics/x.py: 601 lines; at most 600"),
    ],
)
def test_an_oversized_thing_is_found(tmp_path: Path, source: str, told: str) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "x.py").write_text(source, encoding="utf-8")
    found = oversized(tmp_path)
    assert len(found) == 1
    assert told in found[0]


def test_one_function_in_a_hundred_may_be_longer(tmp_path: Path) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "x.py").write_text(NINETY_NINE + function_of(90), encoding="utf-8")
    assert oversized(tmp_path) == []
