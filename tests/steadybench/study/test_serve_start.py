"""What the receiver needs before it serves."""

from __future__ import annotations

import importlib
import socket
from pathlib import Path
from types import ModuleType

import pytest

from steadybench.errors import InputError
from steadybench.study.receiver.run import serve
from tests.steadybench.study.served import write_export


def start(folder: Path, port: int = 0, origins: tuple[str, ...] = ()) -> None:
    serve(folder / "export", folder / "answers", "127.0.0.1", port, origins, 2.0, [].append)


@pytest.mark.parametrize("name", ["waitress", "werkzeug"])
def test_missing_library_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def without(wanted: str, package: str | None = None) -> ModuleType:
        if wanted == name:
            raise ImportError(name=name)
        return real(wanted, package)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(InputError, match=rf"needs {name}, .*pip install 'steadybench\[study\]'"):
        start(tmp_path)


def test_folder_that_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    with pytest.raises(InputError, match=r"is no export of a study: .*study\.js is missing"):
        start(tmp_path)
    assert not (tmp_path / "answers").exists()


@pytest.mark.parametrize("origin", ["lab.example", "https://lab.example/", "*", "ftp://lab.example", "https://"])
def test_origin_that_is_none(origin: str, tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    with pytest.raises(InputError, match="expected scheme and host alone"):
        start(tmp_path, origins=(origin,))


def test_port_that_is_taken(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    with socket.create_server(("127.0.0.1", 0)) as held, \
            pytest.raises(InputError, match="Choose another --host or --port"):
        start(tmp_path, held.getsockname()[1])


def test_answers_that_are_a_file(tmp_path: Path) -> None:
    write_export(tmp_path / "export")
    (tmp_path / "answers").write_text("")
    with pytest.raises(InputError, match="is not a folder"):
        start(tmp_path)
