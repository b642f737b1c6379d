"""Records on disk: ``records/<first two hex digits>/<key>.json``, each written at once or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from steadybench import atomic
from steadybench.errors import cannot_write
from steadybench.records import Record, decode, encode


class Store:
    """Content-addressed records of one output folder."""

    def __init__(self, out: Path, warn: Callable[[str], None]) -> None:
        self._folder = out / "records"
        self._warn = warn

    def path(self, key: str) -> Path:
        """Where the record of a key lies."""
        return self._folder / key[:2] / f"{key}.json"

    def load(self, key: str) -> Record | None:
        """Read a record; a damaged one counts as absent, is moved aside and named in a warning."""
        path = self.path(key)
        try:
            return decode(path.read_bytes().decode(), key)
        except FileNotFoundError:
            return None
        except (ValueError, OSError) as error:
            self._set_aside(path, error)
            return None

    def _set_aside(self, path: Path, error: Exception) -> None:
        aside = path.with_suffix(".damaged")
        try:
            path.replace(aside)
        except OSError as fault:
            raise cannot_write(path, fault) from fault
        self._warn(
            f"The record {path.name} is damaged ({error}). It is kept as {aside.name}, measured again."
        )

    def save(self, record: Record) -> None:
        """Write a record atomically.

        Raises:
            StorageError: the disk does not take it; records written before are untouched.
        """
        atomic.write_text(self.path(record.key), encode(record))
