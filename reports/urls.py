"""Names of pages. A name says what the page shows where that is safe in a file name, else it is a digest."""

from __future__ import annotations

import hashlib
import re

from reports.gather import Setup

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def slug(text: str, *more: str) -> str:
    """Return a name for files and fragments: ``text`` itself where it is short, lowercase and plain.

    Anything else becomes its readable part and ten hex digits of a digest, so that no two texts share a name,
    on file systems that ignore case neither. What stands in ``more`` tells texts apart without being read.
    """
    if not any(more) and _SAFE.fullmatch(text) and ".." not in text and not text.endswith("."):
        return text
    readable = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    whole = "\0".join((text, *more) if any(more) else (text,))
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable}-{digest}" if readable else f"x-{digest}"


def prompt_page(name: str) -> str:
    """Path of a prompt's page from the report's folder."""
    return f"prompt/{name}.html"


def method_page(setup: Setup) -> str:
    """Path of a method's page from the report's folder."""
    named = ":".join(part for part in (setup.method, setup.configuration, setup.backbone) if part)
    return f"method/{slug(named, *setup[1:])}.html"


def metric_page(axis: str) -> str:
    """Path of a measurement's card from the report's folder; ``axis`` is ``drift``, ``vbench`` and so on."""
    return f"metric/{slug(axis)}.html"
