"""The receiver as a WSGI application (PEP 3333)."""

from __future__ import annotations

import errno
import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from steadybench.errors import StorageError, is_storage_fault
from steadybench.study.receiver import files, guard
from steadybench.study.receiver.desk import Desk, Reply
from steadybench.study.receiver.guard import Guard
from steadybench.study.receiver.published import Published
from steadybench.study.receiver.refusal import Refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class App:
    """Answers every request; nothing that a request holds can end it."""

    def __init__(self, published: Published, desk: Desk, guard: Guard, say: Callable[[str], None]) -> None:
        """Take the export, who keeps the answers, who is heard, and whom to tell of faults."""
        self._root, self._guard, self._say = published.folder, guard, say
        self._api: Mapping[str, Callable[[Mapping[str, Any]], Reply]] = {
            "/api/claim": desk.claim, "/api/answers": desk.answers, "/api/finish": desk.finish,
            "/api/withdraw": desk.withdraw,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            response = self._reply(request)
        except Refusal as refusal:
            response = _refused(refusal)
        except (OSError, StorageError) as error:
            response = self._failed(error)
        except Exception:  # noqa: BLE001  # one request must not end the others
            self._say(traceback.format_exc())
            response = _refused(Refusal(500, "internal", "The receiver failed. Please try again."))
        if self._allowed(request):
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Vary"] = "Origin"
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _reply(self, request: Request) -> Response:
        self._guard.host(request)
        if not request.path.startswith("/api/"):
            return files.reply(self._root, request)
        if request.path not in self._api:
            raise Refusal(404, "path", "There is no such call.")
        if request.method not in ("POST", "OPTIONS"):
            raise Refusal(405, "method", "Calls are only for POST.", allow="POST, OPTIONS")
        self._guard.origin(request)
        if request.method == "OPTIONS":
            return _preflight()
        return _json(200, self._api[request.path](guard.body(request)))

    def _allowed(self, request: Request) -> bool:
        return request.path.startswith("/api/") and request.headers.get("Origin") in self._guard.origins

    def _failed(self, error: Exception) -> Response:
        self._say(f"Cannot write: {error}")
        full = isinstance(error, StorageError) or (
            isinstance(error, OSError) and (is_storage_fault(error) or error.errno == errno.EIO))
        told = "The receiver cannot write at the moment. The answer is not kept yet; it will be sent again."
        return _refused(Refusal(507 if full else 500, "storage" if full else "internal", told))


def _preflight() -> Response:
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "POST"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def _refused(refusal: Refusal) -> Response:
    body = dict(refusal.body)
    headers = {name: str(body.pop(field)) for field, name in
               (("allow", "Allow"), ("content_range", "Content-Range")) if field in body}
    response = _json(refusal.status, body)
    response.headers.extend(headers)
    return response


def _json(status: int, body: Mapping[str, object]) -> Response:
    response = Response(json.dumps(body) + "\n", status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
