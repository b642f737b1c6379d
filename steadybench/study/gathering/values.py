"""Which values an answer may hold, for those who receive answers and those who gather them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from steadybench.study import codec
from steadybench.study.answers import Answer

_DIGEST = "[0-9a-f]{64}"
_NAME = "[0-9A-Za-z_-]{1,64}"
_MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z"
_TEXTS: Mapping[str, tuple[str, str]] = {
    "study_digest": (_DIGEST, "64 hex digits"),
    "rater_digest": (_DIGEST, "64 hex digits"),
    "session_id": (_NAME, "the id of a session"),
    "trial_id": (_NAME, "the id of a trial"),
    "question_id": (_NAME, "the id of a question"),
    "answer_id": ("[0-9a-f]{32}", "32 hex digits"),
    "screen": (r"\d{1,5}x\d{1,5}@\d{1,2}(\.\d{1,6})?", "WIDTHxHEIGHT@RATIO"),
    "ua_family": ("chromium|firefox|safari|other", "chromium, firefox, safari or other"),
    "page_version": ("[0-9a-f]{16}|simulated", "16 hex digits"),
}
_DAY_MS = 86_400_000.0
_NUMBERS: Mapping[str, float] = {
    "rt_ms": _DAY_MS,
    "watched_ms": _DAY_MS,
    "clip_ms": _DAY_MS,
    "stall_ms": _DAY_MS,
    "replays_left": 10_000,
    "replays_right": 10_000,
    "frames_presented_left": 10_000_000,
    "frames_presented_right": 10_000_000,
    "refresh_hz": 1_000,
}
"""Highest value that a page could measure."""


def read(body: object) -> Answer:
    """Read one answer strictly.

    Raises:
        ValueError: fields are missing, unknown, of another type or out of range; all faults are named.
    """
    try:
        answer = codec.parse(Answer, body)
    except OverflowError:
        raise ValueError("a number is larger than any that a page could measure") from None
    if faults := "; ".join(_faults(answer)):
        raise ValueError(faults)
    return answer


def line(answer: Answer) -> str:
    """The line that stands for an answer in a session's file: the same answer gives the same text."""
    return json.dumps(codec.plain(answer), sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def moment(text: str) -> datetime:
    """A time of an answer, in UTC.

    Raises:
        ValueError: it is no time, or not one in UTC.
    """
    if not re.fullmatch(_MOMENT, text, re.ASCII):
        raise ValueError(f"expected a UTC time like 2026-03-01T12:00:00.000Z, got {text!r:.40}")
    return datetime.fromisoformat(text)


def stamp(at: datetime) -> str:
    """Write a UTC time as answers and logs hold it, to the millisecond."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _faults(answer: Answer) -> Iterator[str]:
    for name, (pattern, told) in _TEXTS.items():
        value = getattr(answer, name)
        if not re.fullmatch(pattern, value, re.ASCII):
            yield f"{name}: expected {told}, got {value!r:.40}"
    for name, highest in _NUMBERS.items():
        if not 0 <= getattr(answer, name) <= highest:
            yield f"{name}: expected 0 to {highest:g}, got {getattr(answer, name)!r:.40}"
    for name in ("started", "submitted", *(("received",) if answer.received else ())):
        try:
            moment(getattr(answer, name))
        except ValueError as error:
            yield f"{name}: {error}"
