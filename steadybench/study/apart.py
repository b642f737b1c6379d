"""What must not lie where raters look."""

from __future__ import annotations

from pathlib import Path

from steadybench.errors import InputError

_PAGE_DATA = "study.js"
"""Only a folder for raters holds this file."""


def check(folder: Path, what: str) -> None:
    """Refuse a folder that lies inside a folder for raters; links are followed.

    Args:
        folder: where something is to be written.
        what: that would be told to raters, for the message.

    Raises:
        InputError: names the folder for raters.
    """
    own = folder.resolve()
    if inside := next((place for place in (own, *own.parents) if (place / _PAGE_DATA).is_file()), None):
        raise InputError(f"{folder} lies inside {inside}, a folder for raters: {what} there would reach "
                         "them. Name another folder.")
