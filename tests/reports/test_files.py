"""Half-written files never stay: removed on failure, and found by the sweep after a kill."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from reports.files import replacing, write_atomic
from reports.media import link
from steadybench.atomic import sweep


def full(path: Path, *_: object) -> None:
    with path.open("wb") as stream:
        stream.write(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "index.html"
    write_atomic(page, "old")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(page, "new")
    assert list(tmp_path.iterdir()) == [page] and page.read_text(encoding="utf-8") == "old"


def test_a_copy_that_does_not_fit_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"clip")

    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copyfile", lambda _, target: full(target))
    with pytest.raises(OSError, match="No space"):
        link(source, tmp_path / "clips" / "b.mp4")
    assert list((tmp_path / "clips").iterdir()) == []


def test_what_a_kill_leaves_is_swept(tmp_path: Path) -> None:
    with replacing(tmp_path / "report" / "index.html") as part:
        part.write_text("half", encoding="utf-8")
        sweep(tmp_path)
        assert not part.exists()
        part.write_text("whole", encoding="utf-8")
    assert (tmp_path / "report" / "index.html").read_text(encoding="utf-8") == "whole"
