"""Turns a page of a report into a part of one document: its links lead inside, its pictures lie inside."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urldefrag

_DROPPED = frozenset({"video", "script"})
"""Elements that are left out with all that is in them: nothing plays, and pages' own scripts do not run."""
_UNWRAPPED = "noscript"
"""What a page says where its script does not run holds here."""
_PLACES = frozenset({"id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-controls"})
_KEPT = ("header", "main", "footer")
INDEX = "index.html"

Picture = Callable[[str], str]
"""Gives the data URL of a picture of the report, empty where it already stands elsewhere."""


@dataclass(slots=True)
class Part:
    """One page as it stands in the document."""

    name: str
    """Path of the page from the report's folder; its place in the document too."""
    title: str = ""
    styles: list[str] = field(default_factory=list)
    head: str = ""
    body: str = ""
    foot: str = ""


def place(page: str, fragment: str = "") -> str:
    """Id of a place on a page. The first page keeps its ids, since its script knows them."""
    if not fragment:
        return page
    return fragment if page == INDEX else f"{page}~{fragment}"


def part_of(name: str, source: str, pages: Collection[str], picture: Picture) -> Part:
    """Read a page and rewrite it; ``pages`` are those that the document has."""
    reader = _Reader(name, pages, picture)
    reader.feed(source)
    reader.close()
    return reader.part


class _Reader(HTMLParser):
    """Writes down what it reads, changed where it must be; knows where it is by a few elements only."""

    def __init__(self, name: str, pages: Collection[str], picture: Picture) -> None:
        super().__init__(convert_charrefs=False)
        self.part = Part(name)
        self._pages, self._picture = pages, picture
        self._written: list[str] = []
        self._inside = ""
        self._depth = 0
        self._dropping = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if self._dropping:
            return
        if tag in _DROPPED:
            self._dropping = tag
        elif tag == _UNWRAPPED:
            return
        elif self._inside:
            self._depth += tag == self._inside
            self._write_tag(tag, told)
        elif tag in _KEPT:
            self._inside, self._depth = tag, 1
        elif tag == "link" and told.get("rel") == "stylesheet":
            self.part.styles.append(posixpath.basename(told["href"] or ""))
        elif tag == "title":
            self._in_title = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            self._dropping = "" if tag == self._dropping else self._dropping
        elif tag == _UNWRAPPED:
            return
        elif self._inside:
            self._depth -= tag == self._inside
            if self._depth:
                self._written.append(f"</{tag}>")
            else:
                self._finish()
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        self._write_text(data)

    def handle_entityref(self, name: str) -> None:
        self._write_text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write_text(f"&#{name};")

    def _write_text(self, text: str) -> None:
        if self._in_title:
            self.part.title += text
        elif self._inside and not self._dropping:
            self._written.append(text)

    def _finish(self) -> None:
        text = "".join(self._written)
        if self._inside == "header":
            self.part.head += text
        elif self._inside == "main":
            self.part.body = text
        else:
            self.part.foot = text
        self._written, self._inside = [], ""

    def _write_tag(self, tag: str, told: dict[str, str | None]) -> None:
        changed = dict(self._attribute(tag, name, value) for name, value in told.items())
        if "id" in told and self.part.name != INDEX:
            changed["data-id"] = told["id"]
        if tag == "img" and not changed.get("src"):
            return
        words = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"'
                        for name, value in changed.items() if name)
        closed = "/" if (self.get_starttag_text() or "").endswith("/>") else ""
        self._written.append(f"<{tag}{words}{closed}>")

    def _attribute(self, tag: str, name: str, value: str | None) -> tuple[str, str | None]:
        if not value:
            return name, value
        if name in _PLACES:
            return name, " ".join(place(self.part.name, one) for one in value.split())
        if tag == "img" and name == "src":
            return name, self._picture(posixpath.normpath(posixpath.join(self._folder, value)))
        if tag == "img" and name == "loading":
            return "", None
        if name in ("href", "xlink:href"):
            return self._link(name, value)
        return name, value

    @property
    def _folder(self) -> str:
        return posixpath.dirname(self.part.name)

    def _link(self, name: str, value: str) -> tuple[str, str | None]:
        """Where a link leads in the document; what leads to a file that does not come along leads nowhere."""
        if "://" in value:
            return name, value
        path, fragment = urldefrag(value)
        page = posixpath.normpath(posixpath.join(self._folder, path)) if path else self.part.name
        return (name, f"#{place(page, fragment)}") if page in self._pages else ("", None)
