"""Which pairs of clips overlays are made for: ``pairs.json`` in the run folder keeps the choice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError

FILE = "pairs.json"


def load(out: Path) -> tuple[str, ...]:
    """Read the rules chosen so far, empty where there are none.

    Raises:
        InputError: the file holds something else.

    """
    try:
        body = json.loads((out / FILE).read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise _unreadable(out, str(error)) from None
    if not isinstance(body, dict) or not _texts(body.get("pairs")):
        raise _unreadable(out, "it holds no list of texts under “pairs”")
    return tuple(body["pairs"])


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unreadable(out: Path, why: str) -> InputError:
    return InputError(
        f"{out / FILE} cannot be read: {why}. Choose again with `steadybench report {out} --pairs …`, after "
        "deleting the file."
    )


def save(pairs: Sequence[str], out: Path) -> None:
    """Remember the rules for reports to come."""
    atomic.write_text(out / FILE, json.dumps({"pairs": list(pairs)}, indent=1) + "\n")
