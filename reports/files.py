"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

from pathlib import Path


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file through a temporary one beside it; text becomes UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(path)
