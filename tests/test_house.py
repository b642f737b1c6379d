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
TENSORS = {"torch", "torchvision", "safetensors", "open_clip", "timm", "lpips", "diffusers", "transformers"}
LATE_IN_HARNESS = {"pandas", "scipy"}
"""Imported inside functions only: PyTorch may be missing, the others slow the command line."""
TENSOR_FOLDERS = ("generators/engine", "generators/tiny", "generators/wan", "metrics/networks")
"""Files here may import PyTorch when they are loaded; whoever uses them imports them inside functions."""
TENSOR_FREE = (
    "generators/engine/__init__.py",
    "generators/engine/backbones.py",
    "generators/engine/blueprint.py",
    "generators/engine/catalogue.py",
    "generators/engine/choices.py",
    "generators/engine/estimate.py",
    "generators/engine/flops.py",
    "generators/engine/horizon.py",
    "generators/engine/policy.py",
    "generators/engine/purify.py",
    "generators/engine/recipe.py",
    "generators/engine/rolling.py",
    "generators/engine/shape.py",
    "generators/engine/start.py",
    "generators/engine/steps.py",
    "generators/engine/trace.py",
    "generators/engine/window.py",
    "generators/tiny/__init__.py",
    "generators/tiny/sizes.py",
    "generators/tiny/source.py",
    "generators/wan/__init__.py",
    "generators/wan/cost.py",
    "generators/wan/diagnose.py",
    "generators/wan/digests.py",
    "generators/wan/fetch.py",
    "generators/wan/files.py",
    "generators/wan/flops.py",
    "generators/wan/looks.py",
    "generators/wan/sizes.py",
    "generators/wan/source.py",
    "generators/wan/table.py",
)
"""Files there that may not: memory rules and what lists them, usable and tested without PyTorch."""


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
        found += [f"{place}:{fault}" for fault in _bad_imports(place, imports)]
    return sorted(found + _cycles(root, files) + _tensors_at_import(root, files))


def _python_files(root: Path) -> list[Path]:
    return sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))


def _unknown_folders(root: Path) -> list[str]:
    ignore = root / ".gitignore"
    lines = ignore.read_text(encoding="utf-8").splitlines() if ignore.exists() else []
    ignored = [".*", *(line.strip("/") for line in lines if line.endswith("/"))]
    names = sorted(path.name for path in root.iterdir() if path.is_dir())
    strange = [name for name in names if not any(fnmatch(name, rule) for rule in (*FOLDERS, *ignored))]
    return [f"{name}/: a top-level folder that the layout does not know" for name in strange]


def _bad_imports(place: Path, imports: Iterable[Import]) -> Iterator[str]:
    package = place.parts[0]
    late = LATE_IN_HARNESS if package == "steadybench" else set()
    if not _may_hold_tensors(place):
        late = late | TENSORS
    for item in imports:
        target = item.name.split(".")[0]
        if target in {*PACKAGES, "tests", "benchmarks"} - {package} - ARROWS[package]:
            yield f"{item.line}: {package} may not import {target}"
        if item.at_import and target in late:
            yield f"{item.line}: {target} is imported at module level"


def _may_hold_tensors(place: Path) -> bool:
    return place.as_posix().startswith(tuple(f"{folder}/" for folder in TENSOR_FOLDERS)) and (
        place.as_posix() not in TENSOR_FREE
    )


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


def _tensors_at_import(root: Path, files: dict[Path, list[Import]]) -> list[str]:
    """Files that load a tensor library through another file, though they may not load it themselves."""
    modules = {_module(path, root): path for path in files}
    loads = {name: _loaded(name, files[path], modules) for name, path in modules.items()}
    holders = {name for name, path in modules.items() if _may_hold_tensors(path.relative_to(root))}
    direct = {
        name
        for name, path in modules.items()
        if any(item.at_import and item.name.split(".")[0] in TENSORS for item in files[path])
    }
    return [
        f"{modules[name].relative_to(root)}: importing it loads PyTorch: {' -> '.join(trail)}"
        for name in sorted(modules.keys() - holders - direct)
        if (trail := _way(name, direct, loads))
    ]


def _loaded(name: str, imports: Iterable[Import], modules: Iterable[str]) -> set[str]:
    """Modules of ours that Python loads right after ``name``: what it imports, and all parent packages."""
    targets = {_resolve(item.name, modules) for item in imports if item.at_import} | {name}
    parts = [target.split(".") for target in targets if target]
    whole = {".".join(part[:count]) for part in parts for count in range(1, len(part) + 1)}
    return whole & set(modules) - {name}


def _way(start: str, goals: set[str], graph: dict[str, set[str]]) -> list[str]:
    """The shortest way from a module to one of the goals; empty where there is none."""
    trails, seen = [[start]], {start}
    for trail in trails:
        if trail[-1] in goals:
            return trail
        trails += [[*trail, target] for target in sorted(graph[trail[-1]] - seen)]
        seen |= graph[trail[-1]]
    return []


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


ENGINE = {
    "generators/engine/__init__": "",
    "generators/engine/network": "import torch",
    "generators/engine/cache": "from generators.engine.network import f",
    "generators/engine/policy": "def f():\n    import torch",
    "generators/tiny/__init__": "",
    "generators/tiny/model": "import torch\nfrom safetensors import numpy",
}
LOADS, NETWORK = "importing it loads PyTorch: generators", "generators.engine.network"
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
    ({"generators/x": "from safetensors.torch import load"}, "generators/x.py:1: safetensors is imported at"),
    ({"generators/engine/steps": "import torch"}, "generators/engine/steps.py:1: torch is imported at"),
    ({"metrics/x": "from open_clip import model"}, "metrics/x.py:1: open_clip is imported at module level"),
    (
        {"metrics/networks/n": "import torch", "metrics/x": "from metrics.networks.n import f"},
        "metrics/x.py: importing it loads PyTorch: metrics.x -> metrics.networks.n",
    ),
    ({"generators/engines": "import torch"}, "generators/engines.py:1: torch is imported at"),
    (ENGINE | {"generators/x": "from generators.engine.network import f"}, f"x.py: {LOADS}.x -> {NETWORK}"),
    (ENGINE | {"generators/x": "from generators.engine import network"}, f"x.py: {LOADS}.x -> {NETWORK}"),
    (
        ENGINE | {"generators/engine/policy": "from . import cache"},
        f"policy.py: {LOADS}.engine.policy -> gen",
    ),
    (
        ENGINE | {"generators/tiny/__init__": "from generators.engine.network import f"},
        f"__init__.py: {LOADS}",
    ),
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
    late = {
        "generators/methods": "from generators.engine import policy\ndef g():\n    import generators.tiny"
    }
    assert violations(plant(tmp_path, diamond | typing_only | ENGINE | late)) == []


def test_a_parent_package_that_loads_pytorch_burdens_every_file_in_it(tmp_path: Path) -> None:
    folder = {"generators/engine/__init__": "from generators.engine.network import f"}
    found = violations(plant(tmp_path, ENGINE | folder))
    assert [fault.split(":")[0] for fault in found] == [
        "generators/engine/__init__.py",
        "generators/engine/policy.py",
    ]


def test_the_named_files_are_there() -> None:
    assert [name for name in TENSOR_FREE if not (ROOT / name).is_file()] == []
