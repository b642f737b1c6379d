"""Makes a page's style sheet speak of that page alone, so that many pages fit into one document."""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMMA = re.compile(r",(?![^()\[\]]*[)\]])")
_ID = re.compile(r"#([A-Za-z][\w-]*)")


def scoped(sheet: str, scope: str, *, ids: bool) -> str:
    """Put the selector ``scope`` before every rule of a sheet, also inside ``@media``.

    With ``ids``, ``#name`` becomes ``[data-id="name"]``, since the pages' own ids get a prefix.
    """
    return "".join(_blocks(_COMMENT.sub("", sheet), scope, ids=ids))


def _blocks(sheet: str, scope: str, *, ids: bool) -> Iterator[str]:
    at = 0
    while (opened := sheet.find("{", at)) >= 0:
        head, closed = sheet[at:opened].strip(), _closing(sheet, opened)
        body = sheet[opened + 1:closed]
        if head.startswith("@media"):
            yield f"{head}{{{''.join(_blocks(body, scope, ids=ids))}}}\n"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}\n"
        else:
            yield f"{_selectors(head, scope, ids=ids)}{{{body.strip()}}}\n"
        at = closed + 1


def _closing(sheet: str, opened: int) -> int:
    depth = 0
    for at in range(opened, len(sheet)):
        depth += {"{": 1, "}": -1}.get(sheet[at], 0)
        if not depth:
            return at
    raise ValueError("a brace of the sheet is never closed")


def _selectors(head: str, scope: str, *, ids: bool) -> str:
    told = _ID.sub(r'[data-id="\1"]', head) if ids else head
    return ",".join(_selector(one.strip(), scope) for one in _COMMA.split(told))


def _selector(one: str, scope: str) -> str:
    """What a sheet says of the whole page holds for the part that the page has become."""
    whole = re.match(r"(main|body)(?![\w-])", one)
    return scope + one[whole.end():] if whole else f"{scope} {one}"
