"""Writes the rating page: static files that open from disk or from any web host, and ask for nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.files import write_atomic
from reports.rating.model import PublicStudy

_PAGE = Path(__file__).parent / "page"
_TEMPLATE = "index.html"
SCRIPTS = (
    "digest.js", "dom.js", "store.js", "tab.js", "receiver.js", "clips.js", "viewing.js", "twins.js",
    "stage.js", "board.js", "trial.js", "screening.js", "plate.js", "identity.js", "seating.js", "words.js",
    "ending.js", "rating.js",
)
"""In the order in which they are loaded."""
STYLE = "page.css"


def write(out: Path, study: PublicStudy) -> list[Path]:
    """Write the page of a study into the folder for raters, beside its ``clips/``.

    The same study gives the same bytes. Files of an earlier study in that folder are not removed.

    Args:
        out: Folder for raters; made where it does not exist.
        study: What raters may know.

    Returns:
        Every file written: ``index.html``, ``page.css``, the scripts, ``study.js`` and ``sessions/ID.js``.

    Raises:
        OSError: a file cannot be written.
        ValueError: the receiver is neither empty, nor ``.``, nor an absolute http(s) address.
    """
    contents = {
        _TEMPLATE: _index(study),
        STYLE: _source(STYLE),
        **{name: _source(name) for name in SCRIPTS},
        "study.js": f"window.steadyStudy = {_json(_told(study))};\n",
        **{f"sessions/{sitting.id}.js": f"steadySession({_json(dataclasses.asdict(sitting))});\n"
           for sitting in study.sittings},
    }
    for name, content in sorted(contents.items()):
        write_atomic(out / name, content)
    return [out / name for name in sorted(contents)]


def version() -> str:
    """Version of the page: first 16 hex digits of the SHA-256 over its files as they stand here."""
    digest = hashlib.sha256()
    for name in (_TEMPLATE, STYLE, *SCRIPTS):
        digest.update(f"{name}\n{_source(name)}\n".encode())
    return digest.hexdigest()[:16]


def policy(receiver: str) -> str:
    """What the page may load: its own folder, clips held in memory, and the receiver.

    Raises:
        ValueError: the receiver is neither empty, nor ``.``, nor an absolute http(s) address.
    """
    talks = f"'self' {_origin(receiver)}".strip() if receiver not in ("", ".") else "'self'"
    return (
        "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:; "
        f"media-src 'self' file: blob:; connect-src {talks}; base-uri 'none'; form-action 'none'"
    )


def _origin(receiver: str) -> str:
    parts = urlsplit(receiver)
    plain = parts.netloc and not any(sign in parts.netloc for sign in " ;,'\"@")
    if parts.scheme not in ("http", "https") or not plain:
        raise ValueError(f"a receiver is '', '.' or an address such as https://lab.example, not {receiver!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _index(study: PublicStudy) -> str:
    environment = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined,
        keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(
        title=study.title, policy=policy(study.receiver), style=STYLE, scripts=("study.js", *SCRIPTS))


def _told(study: PublicStudy) -> dict[str, Any]:
    """The study without its sessions' contents: those come one by one, so that none reads another's."""
    told = dataclasses.asdict(study)
    del told["sittings"]
    sessions = sorted(sitting.id for sitting in study.sittings)
    return {**told, "sessions": sessions, "page_version": version()}


def _source(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _json(value: object) -> str:
    """JSON whose texts can end no script."""
    return json.dumps(value, sort_keys=True, indent=1, allow_nan=False).replace("<", "\\u003c")
