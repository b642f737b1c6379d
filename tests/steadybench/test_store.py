"""The store: whole records or none, damage set aside, disks that are full."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from metrics.types import Identity, Value
from steadybench import atomic
from steadybench.errors import InputError, StorageError
from steadybench.records import Record
from steadybench.store import Store

RECORD = Record("a" * 64, "early", Identity("drift", 1), values=(Value("drift.onset", 1.5),))


def test_a_record_lies_under_its_key_and_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path, pytest.fail)
    assert store.load(RECORD.key) is None

    store.save(RECORD)

    assert store.load(RECORD.key) == RECORD
    assert store.path(RECORD.key) == tmp_path / "records" / RECORD.key[:2] / f"{RECORD.key}.json"
    assert [path.name for path in store.path(RECORD.key).parent.iterdir()] == [f"{RECORD.key}.json"]


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"{}"])
def test_a_damaged_record_is_set_aside_and_counts_as_absent(tmp_path: Path, damage: bytes) -> None:
    warnings: list[str] = []
    store = Store(tmp_path, warnings.append)
    store.save(RECORD)
    store.path(RECORD.key).write_bytes(damage)

    assert store.load(RECORD.key) is None

    assert "damaged" in warnings[0]
    assert store.path(RECORD.key).with_suffix(".damaged").read_bytes() == damage
    store.save(RECORD)
    assert store.load(RECORD.key) == RECORD


def test_a_record_under_a_foreign_name_is_not_believed(tmp_path: Path) -> None:
    warnings: list[str] = []
    store = Store(tmp_path, warnings.append)
    store.save(RECORD)
    other = "0" * 64
    store.path(other).parent.mkdir(parents=True)
    store.path(RECORD.key).rename(store.path(other))

    assert store.load(other) is None
    assert warnings


def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """A real limit on file size stands for a full disk: the kernel refuses the write half way."""
    target = tmp_path / "file"
    target.write_bytes(b"old")
    code = (
        "import resource, sys; from pathlib import Path; from steadybench import atomic\n"
        "from steadybench.errors import StorageError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: atomic.write_bytes(Path(sys.argv[1]), b'x' * 5000)\n"
        "except StorageError as error: print(error); sys.exit(error.exit_code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 5
    assert "File too large" in done.stdout and "Free some space" in done.stdout
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_out_that_is_a_file_or_busy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="not a folder"), atomic.locked(tmp_path / "file"):
        pass
    with (
        atomic.locked(tmp_path / "out"),
        pytest.raises(InputError, match="Another steadybench"),
        atomic.locked(tmp_path / "out"),
    ):
        pass
    with atomic.locked(tmp_path / "out"):
        assert (tmp_path / "out").is_dir()


def test_sweep_removes_half_written_files_only(tmp_path: Path) -> None:
    store = Store(tmp_path, pytest.fail)
    store.save(RECORD)
    half = store.path(RECORD.key).with_name(f".x.json{atomic.TEMPORARY}")
    half.write_bytes(b"half")

    atomic.sweep(tmp_path)

    assert not half.exists()
    assert store.load(RECORD.key) == RECORD


def test_the_message_of_a_full_disk_names_the_file_and_the_way_out() -> None:
    from steadybench.errors import cannot_write, is_storage_fault

    full = OSError(errno.ENOSPC, "No space left on device")

    assert is_storage_fault(full)
    assert not is_storage_fault(OSError(errno.ENOENT, "No such file"))
    error = cannot_write(Path("runs/x.json"), full)
    assert isinstance(error, StorageError)
    assert "runs/x.json: No space left on device" in str(error)
