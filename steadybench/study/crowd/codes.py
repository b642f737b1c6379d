"""Completion codes: those that a receiver drew and noted, and those of a page without one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from steadybench.errors import InputError
from steadybench.study.exporting.public import completion_code
from steadybench.study.gathering.sources import RECEIVER
from steadybench.study.key import Key
from steadybench.study.model import Plan
from steadybench.study.receiver.claims import FILE


def known(answers: Sequence[Path], plan: Plan, key: Key) -> dict[str, str]:
    """Session by completion code.

    Args:
        answers: files and folders of answers; codes of a receiver lie in its own folder of them.
        plan: of the study.
        key: of the study.

    Raises:
        InputError: what a receiver noted cannot be read.
    """
    own = {completion_code(key, session.id): session.id for session in plan.sessions}
    return own | {code: session for file in noted(answers) for code, session in _given(file)}


def noted(answers: Sequence[Path]) -> list[Path]:
    """Files in which receivers noted the codes that they gave."""
    return [file for folder in answers if (file := folder / RECEIVER / FILE).is_file()]


def _given(file: Path) -> Iterator[tuple[str, str]]:
    try:
        whole = file.read_bytes().rpartition(b"\n")[0]  # a last line that was never finished was never told
        for line in whole.splitlines():
            body = json.loads(line)
            if body["event"] == "finish":
                yield body["code"], body["session_id"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} cannot be read: {error!s:.80}. It holds the completion codes that the "
                         "receiver gave; bring it back.") from None
