"""A method in one Python file, for a quick try without a package.

The file defines ``create(configuration, options)`` like any adapter. The method is called like the file,
with ``-`` for ``_``, or as ``NAME = "..."`` at the file's top level says. The name is read without running
the file.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from generators.contract import GeneratorError, Registered

FACTORY = "create"


def read_plugin(path: Path) -> Registered:
    """Look at a file without running it.

    Raises:
        GeneratorError: it cannot be read, or is no Python file.
    """
    if path.suffix != ".py" or not path.is_file():
        kind = "a folder" if path.is_dir() else "no Python file" if path.exists() else "missing"
        raise GeneratorError(f"plug-in {str(path)!r} is {kind}; expected a .py file that defines {FACTORY}()")
    source = _bytes(path)
    name = _stated_name(source) or path.stem.replace("_", "-")
    target = f"{path.name}:{FACTORY}"
    digest = hashlib.sha256(source).hexdigest()
    return Registered(name, target, "file", file=path.resolve(), sha256=digest)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GeneratorError(f"plug-in {str(path)!r} cannot be read: {error.strerror}") from error


def _stated_name(source: bytes) -> str:
    """The text assigned to ``NAME``; empty where there is none, or where loading will fail anyway."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        value = getattr(node, "value", None)
        if "NAME" in names and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return ""


def import_file(file: Path, sha256: str) -> ModuleType:
    """Run exactly the file that was looked at; leaves no bytecode beside it.

    Raises:
        GeneratorError: the file has changed since.
        Exception: whatever the file raises.
    """
    source = _bytes(file)
    if hashlib.sha256(source).hexdigest() != sha256:
        raise GeneratorError(f"plug-in {str(file)!r} changed while it was in use; run the same command again")
    name = f"steadybench_plugin_{sha256[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    loader = _Once(file, source)
    spec = ModuleSpec(name, loader, origin=str(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling look a class's module up here
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


class _Once(SourceLoader):
    """Gives bytes that were read before, and knows no time of change, so that nothing is cached."""

    def __init__(self, file: Path, source: bytes) -> None:
        self._file, self._source = file, source

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002
        return str(self._file)

    def get_data(self, path: object) -> bytes:
        if str(path) != str(self._file):
            raise FileNotFoundError(path)
        return self._source
