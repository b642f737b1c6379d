"""Films that are finished, kept beside the plan so that an export that was broken off goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from steadybench import atomic
from steadybench.study import codec
from steadybench.study.exporting.order import Made, Order
from steadybench.study.exporting.settings import SUFFIX

FOLDER = "exported"


def keep(study: Path, order: Order, made: Made) -> None:
    """Note a finished film.

    Raises:
        StorageError: the note cannot be written.
    """
    atomic.write_text(_path(study, order), codec.dumps(made))


def kept(study: Path, order: Order) -> Made | None:
    """What is known of an order whose files all lie there whole; None where it must be made."""
    try:
        made = codec.parse(Made, json.loads(_path(study, order).read_bytes()))
    except (OSError, ValueError):
        return None
    files = [order.folder / f"{token}{SUFFIX}" for token in order.tokens]
    return made if all(_is_whole(path, made) for path in files) else None


def prune(study: Path, orders: Iterable[Order]) -> None:
    """Forget films that the plan does not need any more."""
    needed = {_path(study, order) for order in orders}
    for path in sorted((study / FOLDER).glob("*.json")):
        if path not in needed:
            with suppress(OSError):
                path.unlink()


def _path(study: Path, order: Order) -> Path:
    return study / FOLDER / f"{order.identity[:32]}.json"


def _is_whole(path: Path, made: Made) -> bool:
    """Whether a file begins with the film; what follows is filling."""
    digest, left = hashlib.sha256(), made.bytes
    if path.is_symlink():
        return False
    try:
        with path.open("rb") as stream:
            while left and (piece := stream.read(min(left, 1 << 20))):
                digest.update(piece)
                left -= len(piece)
    except OSError:
        return False
    return not left and digest.hexdigest() == made.sha256
