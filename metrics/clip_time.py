"""When each frame is shown: presentation timestamps, with a count where a clip has none that can be used."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

# Assumed only where a container states no rate at all (raw elementary streams); FFmpeg assumes the same.
_DEFAULT_RATE = Fraction(25)


class Clock:
    """Turns timestamps into strictly increasing seconds since the first frame, and sums them up.

    A frame whose timestamp is missing or does not lie after its predecessor is timed one interval of the
    stated rate after it, and counted in ``counted``.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.frames = 0
        self.counted = 0
        self.longest_s = 0.0
        self._shortest_s = math.inf
        # The guess also reads the codec's own rate; elementary streams have no other.
        self._interval = 1 / (stream.guessed_rate or stream.average_rate or _DEFAULT_RATE)
        self._tick_s = float(stream.time_base or 0)
        self._origin: Fraction | None = None
        self._last = Fraction(0)
        self._last_held_s = 0.0

    def tick(self, picture: av.VideoFrame) -> float:
        """Take the next frame; return its time in seconds since the first frame."""
        stamp = picture.pts * picture.time_base if picture.pts is not None and picture.time_base else None
        if self.frames == 0:
            self._origin = stamp
            self.counted += stamp is None
        else:
            self._advance(stamp)
        self.frames += 1
        self._last_held_s = float((picture.duration or 0) * (picture.time_base or 0))
        return float(self._last)

    def _advance(self, stamp: Fraction | None) -> None:
        if stamp is not None and self._origin is None:
            self._origin = stamp - self._last - self._interval
        t = None if stamp is None or self._origin is None else stamp - self._origin
        if t is None or t <= self._last:
            t = self._last + self._interval
            self.counted += 1
        gap = float(t - self._last)
        self.longest_s = max(self.longest_s, gap)
        self._shortest_s = min(self._shortest_s, gap)
        self._last = t

    @property
    def mean_interval_s(self) -> float:
        """Seconds between frames on average; from the container's rate if there is only one frame."""
        return float(self._last / (self.frames - 1) if self.frames > 1 else self._interval)

    @property
    def duration_s(self) -> float:
        """Last time plus one mean interval."""
        return float(self._last) + self.mean_interval_s

    @property
    def end_s(self) -> float:
        """When the last frame leaves the screen: as the container says, at least ``duration_s``."""
        return max(self.duration_s, float(self._last) + self._last_held_s)

    @property
    def variable_rate(self) -> bool:
        """True where intervals differ by more than a tenth of their mean and two ticks of the time base."""
        if self.frames < 3:
            return False
        return self.longest_s - self._shortest_s > max(0.1 * self.mean_interval_s, 2 * self._tick_s)
