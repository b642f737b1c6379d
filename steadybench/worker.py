"""The inside of a worker process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from metrics.errors import one_line
from steadybench.sessions import kill_session

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@contextmanager
def thread_limit(one_thread: bool) -> Iterator[None]:
    """Start child processes under this so that numeric libraries see the limit when they load."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    if one_thread:
        os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def serve(pipe: Connection[Any, Any], function: Callable[[Any], Any], one_thread: bool) -> None:
    """Answer each task with ``(result, "")`` or ``(None, reason)`` until the parent closes the pipe."""
    os.setsid()  # Ctrl-C goes to the parent alone, and the parent can end the whole session
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if one_thread:
        _one_opencv_thread()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, ConnectionResetError):
            return
        try:
            answer = function(task), ""
        except Exception as error:  # noqa: BLE001 - whatever one task does wrong, the others go on
            answer = None, one_line(f"unexpected {type(error).__name__}: {error}")
        with suppress(BrokenPipeError):  # a parent that is gone; this process ends with it
            pipe.send(answer)


def _one_opencv_thread() -> None:
    import cv2

    cv2.setNumThreads(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    kill_session(os.getpid(), spare=(os.getpid(),))
    os.kill(os.getpid(), signal.SIGKILL)
