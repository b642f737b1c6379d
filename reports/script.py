"""Data for the pages' scripts: plain JSON in script files, since pages opened from disk can fetch nothing."""

from __future__ import annotations

import json
from typing import Any


def assign(name: str, value: Any, key: str = "") -> str:
    """Write a script that sets ``window.<name>``, or its entry ``key``, to a JSON value.

    Raises ``ValueError`` for numbers that JSON does not know. No text in ``value`` can end the script.
    """
    place = f"(window.{name}??={{}})[{_json(key)}]" if key else f"window.{name}"
    return f"{place}={_json(value)};\n"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
