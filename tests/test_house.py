"""The layout of the project: its folders, who may import whom, and what stays out of import time."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("steadybench", "generators", "metrics", "prompts", "reports")
FOLDERS = {*PACKAGES, "tests", "benchmarks", "docs"}
ARROWS = {
    "steadybench": {"generators", "metrics", "prompts", "reports"},
    "generators": {"prompts"},
    "metrics": {"prompts"},
    "reports": {"prompts"},
    "prompts": set[str](),
}
"""Which packages a package may import, besides itself."""
LATE_EVERYWHERE = {"torch", "torchvision"}
LATE_IN_HARNESS = {"pandas", "scipy"}
"""Imported inside functions only: torch may be missing, the others slow the command line."""


@dataclass(frozen=True)
class Import:
    """One imported module name, absolute, with the line and whether it runs when the file is imported."""

    name: str
    line: int
    at_import: bool


def violations(root: Path) -> list[str]:
    """Everything under ``root`` that breaks the layout, as sorted lines that lead to the place."""
    files = {path: _imports(path, root) for path in _python_files(root)}
    found = _unknown_folders(root)
    for path, imports in files.items():
        place = path.relative_to(root)
        found += [f"{place}:{fault}" for fault in _bad_imports(place.parts[0], imports)]
    return sorted(found + _cycles(root, files))


def _python_files(root: Path) -> list[Path]:
    return sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))


def _unknown_folders(root: Path) -> list[str]:
    ignore = root / ".gitignore"
    lines = ignore.read_text(encoding="utf-8").splitlines() if ignore.exists() else []
    ignored = [".*", *(line.strip("/") for line in lines if line.endswith("/"))]
    names = sorted(path.name for path in root.iterdir() if path.is_dir())
    strange = [name for name in names if not any(fnmatch(name, rule) for rule in (*FOLDERS, *ignored))]
    return [f"{name}/: a top-level folder that the layout does not know" for name in strange]


def _bad_imports(package: str, imports: Iterable[Import]) -> Iterator[str]:
    late = LATE_EVERYWHERE | (LATE_IN_HARNESS if package == "steadybench" else set())
    for item in imports:
        target = item.name.split(".")[0]
        if target in {*PACKAGES, "tests", "benchmarks"} - {package} - ARROWS[package]:
            yield f"{item.line}: {package} may not import {target}"
        if item.at_import and target in late:
            yield f"{item.line}: {target} is imported at module level"


def _imports(path: Path, root: Path) -> list[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    package = path.parent.relative_to(root).parts
    return [Import(name, node.lineno, at) for node, at in _nodes(tree.body) for name in _names(node, package)]


def _nodes(
    nodes: Iterable[ast.AST], at_import: bool = True
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, at_import
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _nodes(node.body, at_import=False)
        elif isinstance(node, ast.If) and ast.unparse(node.test).split(".")[-1] == "TYPE_CHECKING":
            yield from _nodes(node.body, at_import=False)
            yield from _nodes(node.orelse, at_import)
        else:
            yield from _nodes(ast.iter_child_nodes(node), at_import)


def _names(node: ast.Import | ast.ImportFrom, package: tuple[str, ...]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    above = package[: len(package) - node.level + 1] if node.level else ()
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def _cycles(root: Path, files: dict[Path, list[Import]]) -> list[str]:
    """Import cycles between files; lazy imports count, for they hide a cycle and do not undo it."""
    modules = {_module(path, root): imports for path, imports in files.items()}
    graph = {
        name: sorted({target for item in imports if (target := _resolve(item.name, modules))} - {name})
        for name, imports in modules.items()
    }
    return [f"import cycle: {' -> '.join(cycle)}" for cycle in _loops(graph)]


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _resolve(name: str, modules: Iterable[str]) -> str | None:
    """The module that a name lives in: itself, or the one that defines it."""
    parent = name.rpartition(".")[0]
    return next((found for found in (name, parent) if found in modules), None)


def _loops(graph: dict[str, list[str]]) -> list[list[str]]:
    """At least one loop for every group of modules that reach each other, found depth first."""
    done: set[str] = set()
    loops: list[list[str]] = []

    def walk(name: str, trail: list[str]) -> None:
        if name in trail:
            loops.append([*trail[trail.index(name) :], name])
        elif name not in done:
            for target in graph[name]:
                walk(target, [*trail, name])
            done.add(name)

    for start in graph:
        walk(start, [])
    return loops


def test_the_project_keeps_its_layout() -> None:
    assert violations(ROOT) == []


def test_the_checker_reads_every_package() -> None:
    read = {path.relative_to(ROOT).parts[0] for path in _python_files(ROOT)}
    assert read == set(PACKAGES)


# ---- the checker catches what it is for


SOUND = {
    "prompts/types": "import json",
    "metrics/flow": "import torchless\nimport scipy\nfrom prompts.types import Prompt",
    "steadybench/cli": "from metrics import flow\ndef main():\n    import torch, pandas, scipy.stats",
}


def plant(root: Path, sources: dict[str, str]) -> Path:
    """A small sound tree with these files, named without their suffix, written over it."""
    for name, source in (SOUND | sources).items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return root


LOOP_OF_TWO = "import cycle: metrics.a -> metrics.b -> metrics.a"
PLANTED: list[tuple[dict[str, str], str]] = [
    ({"prompts/x": "import metrics"}, "prompts/x.py:1: prompts may not import metrics"),
    ({"generators/x": "\nfrom metrics.flow import f"}, "generators/x.py:2: generators may not import"),
    ({"metrics/x": "from reports import page"}, "metrics/x.py:1: metrics may not import reports"),
    ({"reports/x": "def f():\n    import steadybench"}, "reports/x.py:2: reports may not import steadybench"),
    ({"metrics/x": "from tests import helper"}, "metrics/x.py:1: metrics may not import tests"),
    ({"metrics/in/x": "from ...generators import y"}, "metrics/in/x.py:1: metrics may not import"),
    ({"metrics/x": "import torch.nn"}, "metrics/x.py:1: torch is imported at module level"),
    ({"metrics/x": "class A:\n    from torch import nn"}, "metrics/x.py:2: torch is imported"),
    ({"generators/x": "try:\n    import torchvision\nfinally:\n    3"}, "generators/x.py:2: torchvision"),
    ({"steadybench/x": "import pandas as pd"}, "steadybench/x.py:1: pandas is imported"),
    ({"steadybench/x": "if True:\n    from scipy import stats"}, "steadybench/x.py:2: scipy is imported at"),
    ({"metrics/a": "import metrics.b", "metrics/b": "from metrics.a import f"}, LOOP_OF_TWO),
    ({"metrics/a": "from . import b", "metrics/b": "def f():\n    from .a import g"}, LOOP_OF_TWO),
    (
        {"metrics/__init__": "from metrics.a import f", "metrics/a": "from metrics import f"},
        "import cycle: metrics -> metrics.a -> metrics",
    ),
    (
        {"reports/a": "import reports.b", "reports/b": "import reports.c", "reports/c": "import reports.a"},
        "import cycle: reports.a -> reports.b -> reports.c -> reports.a",
    ),
    ({"helpers/x": "pass"}, "helpers/: a top-level folder that the layout does not know"),
]


@pytest.mark.parametrize(("sources", "told"), PLANTED)
def test_a_planted_violation_is_found(tmp_path: Path, sources: dict[str, str], told: str) -> None:
    found = violations(plant(tmp_path, sources))
    assert len(found) == 1
    assert told in found[0]


def test_a_sound_tree_has_no_violation(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("runs/\n*.egg-info/\n", encoding="utf-8")
    for name in ("runs", "steadybench.egg-info", ".cache", "docs", "benchmarks"):
        (tmp_path / name).mkdir()
    diamond = {"metrics/a": "import metrics.b, metrics.c", "metrics/b": "import metrics.c", "metrics/c": ""}
    typing_only = {"metrics/d": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"}
    assert violations(plant(tmp_path, diamond | typing_only)) == []
