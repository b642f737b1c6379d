"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a temporary name beside ``path``; its file takes the place of ``path`` once the block ends well.

    Otherwise it is removed. What a killed process left is hidden and ends in ``.partial``, as everywhere in
    an output folder, so that the next run finds and removes it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.partial")
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(path)
        part.unlink(missing_ok=True)  # where both are links to one file, replacing does nothing
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file through a temporary one beside it; text becomes UTF-8."""
    with replacing(path) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
