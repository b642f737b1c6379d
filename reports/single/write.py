"""Writes ``report.html``: leaderboard, prompts with stills and scores, picks, methods and metric cards."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from markupsafe import Markup

from reports.pages import NAVIGATION
from reports.single.pages import INDEX, Part, part_of, place
from reports.single.styles import scoped
from reports.site.site import Site
from reports.urls import prompt_page
from reports.writer import ASSETS, Writer

_SCRIPTS = ("base.js", "index.js")
"""Scripts of every page and of the first one; players, curves and what else reads its own data stay out."""
STRIP_HEIGHT = 96
"""Pixels of a filmstrip here; the folder's are higher."""
_BASE, _OWN = "base.css", "single.css"


def write(site: Site, writer: Writer) -> Path:
    """Put the pages that ``writer`` wrote into one file beside its folder, and return its path.

    It refers to nothing outside itself; without scripts all of it can be read.
    """
    names = [name for name in _order(site, writer.out) if (writer.out / name).is_file()]
    pictures = _Pictures(writer.out)
    parts = [part_of(name, (writer.out / name).read_text(encoding="utf-8"), names, pictures.url)
             for name in names]
    style = _style(parts)
    before, script = (_asset("theme.js"), "\n".join(map(_asset, _SCRIPTS)))
    context = {
        "title": site.data.title, "parts": [_filled(part) for part in parts], "style": Markup(style),  # noqa: S704
        "before": Markup(before), "script": Markup(script),  # noqa: S704 - our own files
        "policy": _policy(style, before, script),
        "navigation": [(f"#{_anchor(url)}", told) for url, told in NAVIGATION if _page(url) in names],
    }
    return writer.page("../report.html", "single.html", context)


def _order(site: Site, out: Path) -> Sequence[str]:
    """Pages in the order of reading; prompts come before whatever else shows their stills."""
    others = [f"{folder}/{path.name}" for folder in ("method", "metric")
              for path in sorted((out / folder).glob("*.html"))]
    return [INDEX, *(prompt_page(scene.slug) for scene in site.scenes), "picks.html", *others]


def _page(url: str) -> str:
    return url.partition("#")[0]


def _anchor(url: str) -> str:
    return place(_page(url), url.partition("#")[2])


def _filled(part: Part) -> dict[str, object]:
    kinds = " ".join(_scope(name) for name in part.styles if name != _BASE)
    return {"name": part.name, "kinds": kinds, "head": Markup(part.head), "body": Markup(part.body),  # noqa: S704
            "foot": Markup(part.foot if part.name == INDEX else "")}  # noqa: S704 - escaped when the page was made


def _scope(sheet: str) -> str:
    return f"of-{sheet.removesuffix('.css')}"


def _style(parts: Sequence[Part]) -> str:
    """Every sheet once, each speaking of its own pages."""
    sheets = dict.fromkeys(name for part in parts for name in part.styles if name != _BASE)
    of_index = {name for part in parts if part.name == INDEX for name in part.styles}
    own = [scoped(_asset(name), f".{_scope(name)}", ids=name not in of_index) for name in sheets]
    return "\n".join([_asset(_BASE), *own, _asset(_OWN)])


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _policy(style: str, *scripts: str) -> str:
    """Nothing may be loaded at all; only these very styles and scripts count."""
    told = " ".join(map(_digest, scripts))
    return (f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {told}; "
            "base-uri 'none'; form-action 'none'")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class _Pictures:
    """Pictures as data URLs, each only where it is met first."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._met: set[str] = set()

    def url(self, name: str) -> str:
        """Data URL of a picture by its path from the report's folder, empty the second time."""
        if name in self._met or not (self._out / name).is_file():
            return ""
        self._met.add(name)
        content = (self._out / name).read_bytes()
        if name.endswith(".strip.jpg"):
            content = _lower(content)
        kind = mimetypes.guess_type(name)[0] or "image/jpeg"
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _lower(strip: bytes) -> bytes:
    picture = cv2.imdecode(np.frombuffer(strip, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return strip
    width = max(1, round(picture.shape[1] * STRIP_HEIGHT / picture.shape[0]))
    small = cv2.resize(picture, (width, STRIP_HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])[1].tobytes()
