"""Which requests are heard at all: from the right host, the right page, of the right kind and size."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from werkzeug import Request

from steadybench.study.receiver.refusal import Refusal

LARGEST = 262_144
"""Bytes of a post; a session of 40 answers takes about 30,000."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses what no rating page of this study would send."""

    origins: frozenset[str]
    """Other sites whose pages may post here, such as ``https://lab.example``."""
    hosts: frozenset[str]
    """Names that this receiver answers to, besides addresses in figures and ``localhost``."""

    def host(self, request: Request) -> None:
        """Hear only requests for a name of ours: a foreign name that leads here belongs to a foreign page.

        Raises:
            Refusal: 421.
        """
        name = (urlsplit(f"//{request.environ.get('HTTP_HOST', '')}").hostname or "").rstrip(".")
        if name in self.hosts or name == "localhost" or name.endswith(".localhost") or _is_address(name):
            return
        raise Refusal(421, "host", f"This receiver does not answer to {name!r:.80}. Start it with "
                      "--allow-origin and the address of the page.")

    def origin(self, request: Request) -> str:
        """The site whose page sends this; empty where no browser tells one.

        Raises:
            Refusal: 403, it is another site.
        """
        origin = request.headers.get("Origin", "")
        crossing = request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
        parts = urlsplit(origin)
        own = parts.scheme in ("http", "https") and parts.netloc == request.environ.get("HTTP_HOST")
        if origin in self.origins or (own and not crossing) or (not origin and not crossing):
            return origin
        raise Refusal(403, "origin", f"Pages of {origin or 'another site'!r:.80} may not post here. If they "
                      "should, start the receiver with --allow-origin and that address.")


def body(request: Request) -> Mapping[str, Any]:
    """The object that was posted.

    Raises:
        Refusal: 400, 411, 413 or 415.
    """
    if request.mimetype != "application/json":
        raise Refusal(415, "type", f"Expected Content-Type application/json, got {request.mimetype!r:.60}.")
    if request.content_length is None:
        raise Refusal(411, "size", "Expected a Content-Length.")
    if request.content_length > LARGEST:
        raise Refusal(413, "size", f"Expected at most {LARGEST} bytes, got {request.content_length}.")
    try:
        read = json.loads(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "malformed", f"Expected JSON: {error!s:.120}") from None
    if not isinstance(read, dict):
        raise Refusal(400, "malformed", f"Expected an object, got {type(read).__name__}.")
    return read


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
