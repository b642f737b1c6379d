"""The files of an export, and no others."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from werkzeug import Request, Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from steadybench.study.receiver.refusal import Refusal

_NAME = re.compile(
    r"/(?:|index\.html|[a-z][a-z0-9-]{0,39}\.(?:js|css)|sessions/[0-9a-f]{16}\.js|clips/[0-9a-f]{16}\.mp4)"
)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mp4": "video/mp4",
}


def reply(root: Path, request: Request) -> Response:
    """A file of the export below ``root``, or the part of it that the request names.

    Raises:
        Refusal: 404, it is not of the export; 405, the method is not for files; 416, the part is none.
    """
    if not _NAME.fullmatch(request.path):
        raise Refusal(404, "path", "There is no such page here.")
    if request.method not in ("GET", "HEAD"):
        raise Refusal(405, "method", "Files are only for GET and HEAD.", allow="GET, HEAD")
    file = root / (request.path[1:] or "index.html")
    stream = os.fdopen(_opened(root, file), "rb")
    size = os.fstat(stream.fileno()).st_size
    response = Response(wrap_file(request.environ, stream), direct_passthrough=True)
    response.content_type = _TYPES[file.suffix]
    response.content_length = size
    response.headers["Cache-Control"] = "private, max-age=3600" if file.suffix == ".mp4" else "no-cache"
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        stream.close()
        raise Refusal(416, "range", f"The file has {size} bytes.", content_range=f"bytes */{size}") from None
    if request.method == "HEAD":
        stream.close()
    return response


def _opened(root: Path, file: Path) -> int:
    """Open a regular file that no link leads to."""
    try:
        if file.parent.resolve() != file.parent or not file.is_relative_to(root):
            raise FileNotFoundError
        fd = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise Refusal(404, "path", "There is no such page here.") from None
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise Refusal(404, "path", "There is no such page here.")
    return fd
