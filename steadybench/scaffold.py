"""Write a small package with a generator of one's own: an adapter that works, its metadata and its test."""

from __future__ import annotations

import importlib.util
import keyword
import re
import sys
from pathlib import Path
from string import Template

from steadybench.errors import InputError, cannot_write

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40

_ADAPTER = Template('''\
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from generators import Frames, FrameStream, GeneratorInfo, Job, check_job, native_only


class $cls:
    """A starting point: noise that slides to the right, for any prompt. Put a model here."""

    info = GeneratorInfo("$name", "native", backbone="none", adapter_version=1)

    def generate(self, job: Job, workspace: Path) -> FrameStream:
        check_job(job, self.info)
        return FrameStream(job.fps, self.blocks(job))

    def blocks(self, job: Job) -> Iterator[Frames]:
        rng = np.random.default_rng([job.seed, *job.prompt.text.encode()])
        scene = rng.integers(0, 256, (job.height, job.width, 3), dtype=np.uint8)
        for frame in range(job.frame_count):
            yield np.roll(scene, frame, axis=1)[None]


def create(configuration: str, options: Mapping[str, str]) -> $cls:
    return native_only($cls(), configuration, options)
''')

_PROJECT = Template("""\
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "$name"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["numpy", "steadybench"]

[project.entry-points."steadybench.generators"]
$name = "$module:create"

[tool.setuptools]
py-modules = ["$module"]
""")

_TEST = Template("""\
from generators.conformance import check, failures, short_job

from $module import create


def test_it_keeps_the_contract() -> None:
    generator = create("native", {})
    wrong = failures(check(generator, short_job(generator.info)))
    assert not wrong, wrong
""")


def new_generator(name: str, folder: Path) -> list[Path]:
    """Write the package into ``folder``, which is made if it is missing.

    Args:
        name: of the method, and with ``_`` for ``-`` of the module.
        folder: where the files go.

    Returns:
        The files: adapter, project, test.

    Raises:
        InputError: the name is not usable, or a file is there already; nothing is written.
        StorageError: the folder cannot be written; files written before are removed.
    """
    module = name.replace("-", "_")
    if fault := _name_fault(name, module):
        raise InputError(f"{name!r} cannot be the name of a generator: {fault}.")
    words = {"name": name, "module": module, "cls": "".join(part.capitalize() for part in name.split("-"))}
    templates = {f"{module}.py": _ADAPTER, "pyproject.toml": _PROJECT, f"test_{module}.py": _TEST}
    files = {folder / file: template.substitute(words) for file, template in templates.items()}
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there:
        listed = ", ".join(map(str, there))
        raise InputError(f"Nothing is overwritten: {listed} exists already. Name another folder with --into.")
    _write(folder, files)
    return list(files)


def _name_fault(name: str, module: str) -> str:
    from generators.registry import available

    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        return f"expected up to {_LONGEST} lower-case letters, digits and single '-', like my-model"
    if name in {method.name for method in available()}:
        return "a method of that name exists already; choose another"
    if keyword.iskeyword(module) or module in sys.stdlib_module_names or importlib.util.find_spec(module):
        return f"Python knows a module or word {module!r} already; choose another"
    return ""


def _write(folder: Path, files: dict[Path, str]) -> None:
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            with path.open("x", encoding="utf-8") as stream:
                written.append(path)
                stream.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise cannot_write(error.filename or folder, error) from error
