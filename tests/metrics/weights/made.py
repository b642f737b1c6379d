"""A small file's row in the table, and a server on this machine."""

from __future__ import annotations

import hashlib
from http.server import BaseHTTPRequestHandler

from metrics.weights.table import Entry


def entry_of(content: bytes, **other: object) -> Entry:
    """An entry of the table for a small file with this content."""
    given: dict[str, object] = {
        "name": "toy", "title": "A toy", "file": "toy.pth",
        "published": hashlib.sha256(content).hexdigest(), "size": len(content),
        "about_mb": len(content) / 1e6, "licence": "MIT", "sources": ("https://example.org/toy.pth",),
        "needed_by": ("nothing",),
    }
    return Entry(**(given | other))  # type: ignore[arg-type]


class Server:
    """Serves ``files`` by path, with ranges; counts what it was asked and can misbehave."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        """Path and Range header of every request."""
        self.statuses: list[int] = []
        """Answers to give first, one per request, before serving."""
        self.cuts: list[int] = []
        """Bytes after which to drop the connection, one per request, before serving whole."""
        self.ranges = True
        self.address = ""


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Range", "")))
            body = server.files.get(self.path)
            status = server.statuses.pop(0) if server.statuses else 200 if body is not None else 404
            if status != 200 or body is None:
                self.send_error(status)
                return
            first = 0
            if server.ranges and (wanted := self.headers.get("Range")):
                first = int(wanted.removeprefix("bytes=").rstrip("-"))
                if first >= len(body):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(body) - first))
            self.end_headers()
            part = body[first:]
            self.wfile.write(part[: server.cuts.pop(0)] if server.cuts else part)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
            pass

    return Handler
