"""Starts the receiver and keeps it going until it is stopped."""

from __future__ import annotations

import importlib
import logging
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from steadybench.errors import InputError
from steadybench.study.receiver import published
from steadybench.study.receiver.folder import opened

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LARGEST = 1 << 20
"""Bytes that are read of any request; posts are refused at less, with a reason."""


def serve(
    export: Path, answers: Path, host: str, port: int, origins: Sequence[str], hours: float,
    say: Callable[[str], None],
) -> None:
    """Serve an export until interrupted.

    Args:
        export: folder for raters.
        answers: folder for their answers.
        host: address to listen on.
        port: of TCP; 0 for any that is free.
        origins: other sites whose pages may post here.
        hours: silence after which a session may be given to another rater.
        say: told of the address and of what happens.

    Raises:
        InputError: something that was given cannot be used; says what.
        StorageError: the answers cannot be written.
    """
    waitress = _waitress()
    for origin in origins:
        _check(origin)
    study = published.load(export)
    with opened(answers, study, timedelta(hours=hours), say) as desk:
        from steadybench.study.receiver.app import App
        from steadybench.study.receiver.guard import Guard

        names = {urlsplit(origin).hostname or "" for origin in origins} | {host, socket.gethostname().lower()}
        app = App(study, desk, Guard(frozenset(origins), frozenset(names - {""})), say)
        with _listening(host, port) as listener:
            server = waitress.create_server(
                app, sockets=[listener], threads=16, ident=None, max_request_body_size=_LARGEST,
                max_request_header_size=16_384, connection_limit=1000, channel_timeout=60,
                asyncore_use_poll=True,
            )
            _tell(host, listener.getsockname()[1], len(study.seats), answers, say)
            server.run()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        told = f"Cannot listen on {host} port {port}: {error.strerror}. Choose another --host or --port."
        raise InputError(told) from None


def _tell(host: str, port: int, sessions: int, answers: Path, say: Callable[[str], None]) -> None:
    shown = f"[{host}]" if ":" in host else host
    say(f"Serving http://{shown}:{port}/ with {sessions} sessions; answers go to {answers}. Ctrl-C stops.")
    if host not in _LOOPBACK:
        say("This is not a loopback address: everybody who reaches it can take part. Put a web server with "
            "https before it where raters come from outside.")


def _waitress() -> Any:
    try:
        importlib.import_module("werkzeug")
        waitress = importlib.import_module("waitress")
    except ImportError as error:
        told = f"The receiver needs {error.name}, which is missing: pip install 'steadybench[study]'"
        raise InputError(told) from None
    logging.getLogger("waitress").setLevel(logging.ERROR)
    return waitress


def _check(origin: str) -> None:
    parts = urlsplit(origin)
    plain = parts.scheme in ("http", "https") and parts.netloc and origin == f"{parts.scheme}://{parts.netloc}"
    if origin != "null" and not plain:
        raise InputError(f"--allow-origin {origin}: expected scheme and host alone, like "
                         "https://lab.example, or null for pages opened from disk.")
