"""Run tasks in worker processes, so that a task that hangs, crashes or eats all memory fails alone.

Every task runs in a child process, also with one worker. A worker serves one task after the other; one that
dies or exceeds its time limit is replaced, and only its task fails. When the parent dies, however that
happens, the workers and whatever they started end too.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from steadybench.sessions import kill_session
from steadybench.worker import serve, thread_limit

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """How one task ended."""

    index: int
    """Position of the task in the sequence that was given."""
    result: R | None
    failure: str = ""
    """Why there is no result; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many workers, and how much each may take."""

    jobs: int = 1
    seconds: float = 3600.0
    """Time limit of one task."""
    one_thread: bool = True
    """Keep numeric libraries to one thread a worker, so that N workers use N cores."""


def run_all(function: Callable[[T], R], tasks: Sequence[T], limits: Limits) -> Generator[Outcome[R]]:
    """Run ``function`` on every task and yield outcomes as they come, in no particular order.

    Args:
        function: importable by name, as must be everything inside the tasks; returns an instance, never None.
        tasks: arguments, one call each.
        limits: workers, time and threads.

    Close the generator (``contextlib.closing``) when leaving early; that ends all workers.
    """
    queue = deque(enumerate(tasks))
    busy: list[_Worker[T, R]] = []
    try:
        while queue and len(busy) < limits.jobs:
            busy.append(_Worker(function, limits, *queue.popleft()))
        while busy:
            for worker in _with_news(busy):
                outcome = worker.collect()
                if outcome is None:
                    continue
                if not (queue and worker.alive):
                    worker.end()
                    busy.remove(worker)
                if queue and worker.alive:
                    worker.give(*queue.popleft())
                elif queue:
                    busy.append(_Worker(function, limits, *queue.popleft()))
                yield outcome
    finally:
        for worker in busy:
            worker.end()


def _with_news(busy: Sequence[_Worker[T, R]]) -> list[_Worker[T, R]]:
    handles = {handle: worker for worker in busy for handle in worker.handles}
    patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    ready = {id(handles[handle]) for handle in wait(list(handles), patience)}
    now = time.monotonic()
    return [worker for worker in busy if id(worker) in ready or worker.deadline <= now]


class _Worker(Generic[T, R]):
    """One child process and the task it is busy with."""

    def __init__(self, function: Callable[[T], R], limits: Limits, index: int, task: T) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, function, limits.one_thread))
        with thread_limit(limits.one_thread):
            self._process.start()
        theirs.close()
        self._limits = limits
        self.alive = True
        self.give(index, task)

    @property
    def handles(self) -> tuple[Any, int]:
        """What becomes ready when there is news: an answer, or the end of the process."""
        return self._pipe, self._process.sentinel

    def give(self, index: int, task: T) -> None:
        """Start on a task."""
        self._index = index
        self.deadline = time.monotonic() + self._limits.seconds
        with contextlib.suppress(
            BrokenPipeError, ConnectionResetError
        ):  # a dead worker is found by collect()
            self._pipe.send(task)

    def collect(self) -> Outcome[R] | None:
        """Return how the task ended, None if it is still running."""
        try:
            if self._pipe.poll():
                result, failure = self._pipe.recv()
                return Outcome(self._index, result, failure)
        except (EOFError, ConnectionResetError):
            return self._lost(self._how_it_ended())
        if not self._process.is_alive():
            return self._lost(self._how_it_ended())
        if time.monotonic() >= self.deadline:
            return self._lost(
                f"was stopped after {self._limits.seconds:g} s; raise the time limit if it needs longer"
            )
        return None

    def _lost(self, reason: str) -> Outcome[R]:
        self.end()
        return Outcome(self._index, None, reason)

    def _how_it_ended(self) -> str:
        self._process.join()
        code = self._process.exitcode or 0
        if code >= 0:
            return f"its process ended with exit code {code} before it was done"
        name = signal.Signals(-code).name
        hint = (
            "; often this means that memory ran out, so try fewer --jobs" if -code == signal.SIGKILL else ""
        )
        return f"its process was ended by {name}{hint}"

    def end(self) -> None:
        """Kill the process with everything it started. Nothing is lost: only the parent writes records."""
        self.alive = False
        if self._process.pid is not None:
            kill_session(self._process.pid)  # a session's number is not given out again while it has members
        self._process.kill()
        self._process.join()
        self._pipe.close()
