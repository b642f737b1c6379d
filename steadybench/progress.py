"""How far the work is: one line that is refreshed on a terminal, plain lines now and then in a log file."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

Say = Callable[[str], None]
"""Takes one line for people."""

Clock = Callable[[], float]

STEP = 0.05
"""Share of the work after which a log gets another line."""
SILENCE_S = 60.0
"""Seconds after which a log gets another line, whether or not anything was finished."""
_LEAST_S = 1.0
_TELLING = 2
"""Pieces that must be finished before their pace says anything."""
_BAR = 20


@dataclass(slots=True)
class Pace:
    """What is done of a stage, and how fast. Work is counted in any unit, such as seconds of video."""

    pieces: int
    work: float
    workers: int
    began: float
    """Reading of the clock, seconds."""
    done: int = 0
    failed: int = 0
    work_done: float = 0.0
    latest: float = field(init=False)
    """When the latest piece was finished, by the clock."""

    def __post_init__(self) -> None:
        self.latest = self.began

    def finish(self, work: float, now: float, *, failed: bool) -> None:
        """Count one more piece."""
        self.done += 1
        self.failed += failed
        self.work_done += work
        self.latest = now

    def left_s(self, now: float) -> float | None:
        """Seconds left at the pace so far; None until a few pieces, and one of each worker, are finished.

        It runs down while nothing is finished, but never below the time of what nobody has begun yet; 0 says
        that the pieces in work take longer than others did.
        """
        if self.done < max(_TELLING, self.workers) or self.work_done <= 0 or self.done >= self.pieces:
            return None
        pace = (self.latest - self.began) / self.work_done
        left = self.work - self.work_done
        begun = self.workers * self.work_done / self.done
        return max(0.0, left * pace - (now - self.latest), (left - begun) * pace)

    def told(self, now: float) -> str:
        """How far it is, in words."""
        count = f"{self.done} of {self.pieces}" + (f", {self.failed} failed" if self.failed else "")
        if self.done >= self.pieces:
            return f"{count}, took {duration(now - self.began)}"
        left = self.left_s(now)
        told = (
            "not known yet" if left is None else f"about {rounded(left)}" if left else "longer than thought"
        )
        return f"{count}, time left: {told}"


def duration(seconds: float) -> str:
    """Write ``8 s``, ``4 min 10 s`` or ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    minutes = round(whole / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def rounded(seconds: float) -> str:
    """The same, no more exact than a forecast can be."""
    if seconds < 55:
        return f"{max(5, 5 * round(seconds / 5))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return duration(600 * round(seconds / 600))


class Stage:
    """One part of the work, such as making clips."""

    def __init__(self, progress: Progress, title: str, pace: Pace) -> None:
        self._progress, self._title, self._pace = progress, title, pace
        self._said_share, self._said_at = 0.0, pace.began

    def done(self, work: float = 1.0, failure: str = "") -> None:
        """Count a piece that is finished.

        Args:
            work: its share of the stage's work, in the stage's unit.
            failure: what to say where it failed, always as a line of its own.
        """
        now = self._progress.clock()
        with self._progress.lock:
            self._pace.finish(work, now, failed=bool(failure))
            if failure:
                self._progress(failure)
            self.tick(now)

    def tick(self, now: float) -> None:
        """Show how far the stage is, if it is time to."""
        with self._progress.lock:
            if self._progress.terminal is not None:
                self._progress.draw(self._bar() + self._line(now))
            elif self._is_due(now):
                self._said_share, self._said_at = self._share, now
                self._progress(self._line(now))

    def close(self) -> None:
        """Leave a last line behind, also where the stage did not come to its end."""
        now = self._progress.clock()
        with self._progress.lock:
            self._progress.draw("")
            if self._pace.pieces and (self._progress.terminal is not None or not self._is_whole):
                self._progress(self._line(now))

    @property
    def _share(self) -> float:
        return self._pace.done / max(1, self._pace.pieces)

    @property
    def _is_whole(self) -> bool:
        return self._pace.done >= self._pace.pieces

    def _is_due(self, now: float) -> bool:
        silent = now - self._said_at
        further = self._share - self._said_share >= STEP and silent >= _LEAST_S
        if self._is_whole:
            return self._said_share < 1
        return further or silent >= SILENCE_S

    def _line(self, now: float) -> str:
        return f"{self._title}: {self._pace.told(now)}"

    def _bar(self) -> str:
        full = int(_BAR * self._share)
        return f"[{'#' * full}{'.' * (_BAR - full)}] "


class Progress:
    """Tells people how far the work is; called with a line, it says that line for good.

    Args:
        write: takes the lines that stay.
        terminal: where one line can be refreshed; None for a log.
        clock: monotonic seconds.
    """

    def __init__(self, write: Say, terminal: TextIO | None = None, clock: Clock = time.monotonic) -> None:
        self._write, self.terminal, self.clock = write, terminal, clock
        self.lock = threading.RLock()
        self._shown = ""

    def __call__(self, line: str) -> None:
        """Say a line that stays."""
        with self.lock:
            shown = self._shown
            self.draw("")
            self._write(line)
            self.draw(shown)

    def draw(self, line: str) -> None:
        """Replace the refreshed line; empty removes it. Without a terminal nothing happens."""
        if self.terminal is None or line == self._shown:
            return
        room = shutil.get_terminal_size().columns - 1
        self.terminal.write(f"\r\x1b[2K{line[:room]}")
        self.terminal.flush()
        self._shown = line

    @contextmanager
    def stage(self, title: str, pieces: int, work: float, workers: int = 1) -> Iterator[Stage]:
        """Show a part of the work until the block ends.

        Args:
            title: what is being done, such as ``Making clips``.
            pieces: how many there are.
            work: of all pieces together, in the unit that :meth:`Stage.done` counts in.
            workers: how many pieces are in work at once.
        """
        stage = Stage(self, title, Pace(pieces, work, workers, self.clock()))
        over = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(stage, over), daemon=True)
        if pieces:
            ticker.start()
        try:
            yield stage
        finally:
            over.set()
            if pieces:
                ticker.join()
            stage.close()

    def _tick(self, stage: Stage, over: threading.Event) -> None:
        """Let the time left run down, and tell a log that the work goes on."""
        while not over.wait(1.0):
            try:
                stage.tick(self.clock())
            except (OSError, ValueError):  # nobody reads any more; the work itself goes on
                return


def on_stream(stream: TextIO) -> Progress:
    """Progress for a stream: refreshed where it is a terminal, plain lines where it is not."""

    def write(line: str) -> None:
        print(line, file=stream, flush=True)

    can = stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return Progress(write, stream if can else None)
