"""A prompt as the authors' programs can take it: one line, no mark that one of them reads, no slash in names.

All programs get the same text but for the slash, so that none has an easier prompt than the others.
"""

from __future__ import annotations

import os
import re
import unicodedata

from generators.contract import GeneratorError
from generators.native.declaration import Declaration

NAME_BYTES = 255
"""The longest file name on Linux file systems, bytes."""
_LENGTH_MARK = re.compile(r"\[\s*\d+\.?\d*\s*s\s*#?\s*\]")
"""``[60s]``, ``[10.5s#]``: lengths and cuts in Steady-Forcing's and Infinity-RoPE's prompts."""
_CONTROL = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"


def as_used(text: str, declaration: Declaration) -> str:
    """The line that goes into the prompt file.

    Length marks go, ``|`` and ``;`` (scenes, subtitles) become commas, white space and control characters
    become single blanks; ``/`` becomes ``-`` where the program makes a file name of the prompt.

    Raises:
        GeneratorError: nothing is left, or the file name would be too long.
    """
    line = "".join(map(_plain, text))
    while _LENGTH_MARK.search(line):  # what is left of marks inside marks may be a mark
        line = _LENGTH_MARK.sub(" ", line)
    line = re.sub(r"\s*[|;][\s|;]*", ", ", line)
    if declaration.named_by_prompt is not None:
        line = line.replace("/", "-")
    line = " ".join(line.split()).strip(" ,")
    if not line:
        raise GeneratorError(
            f"{declaration.row}: the prompt {text!r} is blank once its marks are gone, and the program would "
            "make a video of nothing; write a scene"
        )
    _check_name(line, declaration)
    return line


def _plain(char: str) -> str:
    """A blank for what ends a line or cannot be seen; joiners inside words stay."""
    return " " if unicodedata.category(char) in _CONTROL and char not in _JOINERS else char


def _check_name(line: str, declaration: Declaration) -> None:
    if declaration.named_by_prompt is None:
        return
    count = len(os.fsencode(line[: declaration.named_by_prompt])) + len(".mp4")
    if count > NAME_BYTES:
        raise GeneratorError(
            f"{declaration.row}: the program names its file with the first {declaration.named_by_prompt} "
            f"characters of the prompt, {count} bytes here, and a name may have {NAME_BYTES}; shorten the "
            "start or write it with fewer characters outside ASCII"
        )
