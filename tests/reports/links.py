"""Follows every link of a report on disk: files must be there, and so must the places in them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag


class _Page(HTMLParser):
    """What a page leads to, and the places it has."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.places: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "poster") and value:
                self.targets.append(value)
            if name == "id" and value:
                self.places.append(value)


def broken_links(report: Path) -> list[str]:
    """Say which links of the pages below ``report`` lead nowhere, and which places stand twice on a page.

    Fragments with ``=`` are states that a script reads; their page must be there.
    """
    pages = {path.resolve(): _read(path) for path in sorted(report.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(report.resolve())
        found += [f"{name}: #{place} stands {page.places.count(place)} times"
                  for place in sorted({one for one in page.places if page.places.count(one) > 1})]
        found += [f"{name}: {target}" for target in dict.fromkeys(page.targets)
                  if not _leads(path, target, pages)]
    return found


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _leads(path: Path, target: str, pages: dict[Path, _Page]) -> bool:
    file, fragment = urldefrag(target)
    there = (path.parent / unquote(file)).resolve() if file else path
    if not there.is_file():
        return False
    if not fragment or "=" in fragment:
        return True
    return there in pages and unquote(fragment) in pages[there].places
