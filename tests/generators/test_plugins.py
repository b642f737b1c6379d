"""Methods of single files: named without being run, told apart by their bytes, broken ones alone."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from generators import GeneratorError, available, load
from generators.contract import Registered
from generators.registry import find, read_plugins

GOOD = """
from __future__ import annotations
from dataclasses import dataclass
from generators import GeneratorInfo

@dataclass
class Shimmer:
    configuration: str
    value: int = VALUE
    @property
    def info(self): return GeneratorInfo("shimmer", self.configuration, "none", 1)
    def generate(self, job, workspace): raise NotImplementedError

def create(configuration, options): return Shimmer(configuration)
"""


def write(folder: Path, source: str = GOOD, name: str = "my_shimmer.py", value: int = 1) -> Path:
    path = folder / name
    path.write_text(source.replace("VALUE", str(value)))
    return path


def plugin(path: Path) -> Registered:
    (found,) = read_plugins([path])
    return found


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (GOOD, "my-shimmer"),
        (GOOD + '\nNAME = "other"\n', "other"),
        (GOOD + '\nNAME: str = "other"\n', "other"),
        (GOOD + "\nNAME = 3\n", "my-shimmer"),
        ("def (", "my-shimmer"),
        ("raise SystemExit(3)", "my-shimmer"),
    ],
)
def test_the_name_is_read_without_running_the_file(tmp_path: Path, source: str, name: str) -> None:
    assert plugin(write(tmp_path, source)).name == name


def test_a_file_is_listed_and_loaded_without_leaving_anything_beside_it(tmp_path: Path) -> None:
    found = plugin(write(tmp_path))

    assert found in available([found])
    assert found not in available()
    assert load("my-shimmer:fast", files=[found]).info.configuration == "fast"
    assert [path.name for path in tmp_path.iterdir()] == ["my_shimmer.py"]


def test_two_versions_of_a_file_are_two_methods(tmp_path: Path) -> None:
    old = plugin(write(tmp_path, value=1))
    (tmp_path / "b").mkdir()
    new = plugin(write(tmp_path / "b", value=2))

    assert old.sha256 != new.sha256
    values = [load("my-shimmer", files=[found]).value for found in (old, new, old)]  # type: ignore[attr-defined]
    assert values == [1, 2, 1]


def test_a_file_that_changes_while_in_use_is_refused(tmp_path: Path) -> None:
    found = plugin(write(tmp_path, value=1))
    write(tmp_path, value=2)

    with pytest.raises(GeneratorError, match="changed while it was in use"):
        load("my-shimmer", files=[found])


def test_a_registered_file_travels_to_other_processes(tmp_path: Path) -> None:
    found = plugin(write(tmp_path))

    assert pickle.loads(pickle.dumps(found)) == found
    assert found.file is not None and found.file.is_absolute()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import no_such_module_x", "ModuleNotFoundError.*no_such_module_x"),
        ("def (", "SyntaxError"),
        ("x = 1", "create"),
        ("create = 3", "not callable"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def create(c, o): raise OSError('no weights')", "OSError: no weights"),
        ("def create(c, o): return 42", "int"),
    ],
)
def test_a_broken_file_fails_when_loaded_with_its_name_and_nothing_else_does(
    tmp_path: Path, source: str, words: str
) -> None:
    broken = plugin(write(tmp_path, source, "broken.py"))
    good = plugin(write(tmp_path))
    both = [broken, good]

    assert {"broken", "my-shimmer", "procedural"} <= {method.name for method in available(both)}
    assert load("my-shimmer", files=both).info.method == "shimmer"
    with pytest.raises(GeneratorError, match=f"(?s)broken.*{words}"):
        load("broken", files=both)


def test_a_file_that_fails_half_way_leaves_no_half_module(tmp_path: Path) -> None:
    broken = plugin(write(tmp_path, "x = 1\nraise OSError('not now')"))

    for _ in range(2):
        with pytest.raises(GeneratorError, match="not now"):
            load("my-shimmer", files=[broken])
    assert not [
        name for name in sys.modules if name.startswith("steadybench_plugin") and broken.sha256[:16] in name
    ]


def test_all_unusable_files_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    bad = [
        tmp_path / "absent.py",
        tmp_path / "folder.py",
        tmp_path / "notes.txt",
        write(tmp_path, name="Big.py"),
        write(tmp_path, name="procedural.py"),
        write(tmp_path, GOOD + "NAME = 'same'", "one.py"),
        write(tmp_path, GOOD + "NAME = 'same'", "two.py"),
    ]

    with pytest.raises(GeneratorError) as caught:
        read_plugins(bad)

    told = str(caught.value)
    assert all(repr(str(path)) in told for path in bad)
    for words in (
        "is missing",
        "is a folder",
        "no Python file",
        "'Big' is no valid name",
        "'same' is the name of",
    ):
        assert words in told


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    path = write(tmp_path)

    assert len(read_plugins([path, path.parent / "." / path.name])) == 1


def test_an_unknown_name_is_compared_with_files_too(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="did you mean my-shimmer"):
        find("my-shimer", read_plugins([write(tmp_path)]))
