"""One pass over the frames of a clip that serves every dimension, and both protocols at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.clip import Frame
from metrics.vbench.scores import ClipScores, Look

Picture = NDArray[np.uint8]
"""uint8 (h, w, 3), sRGB."""
CHUNK_PIXELS = 8 * 832 * 480
"""Pixels that are held and shown to the networks at once."""


class Looking(Protocol):
    """The networks that are here, at work on a few frames."""

    flows: bool
    """Whether there is a network for :meth:`speeds`."""
    middles: bool
    """Whether there is a network for :meth:`errors`."""

    def looks(self, frames: Sequence[Picture]) -> list[Look]:
        """What is seen of each frame; indices count from 0."""

    def speeds(self, pairs: Sequence[tuple[int, int]], frames: Mapping[int, Picture]) -> list[float]:
        """Top speed of each pair, px."""

    def errors(self, firsts: Sequence[int], frames: Mapping[int, Picture]) -> list[float]:
        """Error of the frame after each of these, interpolated from it and the one after next, 0 to 255."""


class Engine:
    """Feeds frames to networks in chunks and what they say to every protocol that listens.

    Args:
        networks: those that are here.
        chunk: frames shown at once; None to choose by the size of the picture. Does not change results.

    """

    def __init__(self, networks: Looking, chunk: int | None = None) -> None:
        self._networks = networks
        self._chunk = chunk
        self._listeners: list[Sequence[ClipScores]] = []
        self._held: dict[int, Picture] = {}
        self._due: list[int] = []
        self._next = 0

    def attach(self, pieces: Sequence[ClipScores]) -> None:
        """Let the pieces of a clip hear what is seen."""
        self._listeners.append(pieces)

    def add(self, frame: Frame) -> None:
        """Take the next frame; one that was shown already, on behalf of another protocol, is passed over."""
        if frame.index != self._next:
            return
        self._next += 1
        picture = frame.rgb_native()
        self._held[frame.index] = picture
        self._due.append(frame.index)
        size = picture.shape[0] * picture.shape[1]
        if len(self._due) >= (self._chunk or max(1, min(32, CHUNK_PIXELS // size))):
            self.flush()

    def flush(self) -> None:
        """Show the networks what is still waiting."""
        if not self._due:
            return
        due, self._due = self._due, []
        self._tell_looks(due)
        if self._networks.flows:
            self._tell_speeds(due)
        if self._networks.middles:
            self._tell_middles(due)
        kept = max(2, *(piece.step for piece in self._pieces()), 1)
        self._held = {index: self._held[index] for index in self._held if index > due[-1] - kept}

    def _pieces(self) -> Iterator[ClipScores]:
        return (piece for pieces in self._listeners for piece in pieces)

    def _tell_looks(self, due: Sequence[int]) -> None:
        changes = dict(self._changes(due))
        for index, seen in zip(due, self._networks.looks([self._held[i] for i in due]), strict=True):
            told = Look(
                index, seen.background, seen.subject, seen.aesthetic, seen.imaging, changes.get(index)
            )
            for piece in self._pieces():
                piece.look(told)

    def _changes(self, due: Sequence[int]) -> Iterator[tuple[int, float]]:
        for before, index in pairwise([due[0] - 1, *due]):
            if before in self._held:
                yield index, difference(self._held[before], self._held[index])

    def _tell_speeds(self, due: Sequence[int]) -> None:
        wanted = {
            (first, last): None
            for last in due
            for piece in self._pieces()
            if (first := piece.pair_ending_at(last)) is not None
        }
        for (first, last), speed in zip(wanted, self._networks.speeds(list(wanted), self._held), strict=True):
            for piece in self._pieces():
                piece.speed(first, last, speed)

    def _tell_middles(self, due: Sequence[int]) -> None:
        wanted = {
            first: None
            for last in due
            for piece in self._pieces()
            if (first := piece.triple_ending_at(last)) is not None
        }
        for first, error in zip(wanted, self._networks.errors(list(wanted), self._held), strict=True):
            for piece in self._pieces():
                piece.middle(first, error)


def difference(a: Picture, b: Picture) -> float:
    """Mean absolute difference over pixels and channels, 0 to 255."""
    return float(np.mean(cv2.absdiff(a, b), dtype=np.float64))


class Blind:
    """No network at all: what needs none is still measured."""

    flows = False
    middles = False

    def looks(self, frames: Sequence[Picture]) -> list[Look]:
        """Nothing is seen of any frame."""
        return [Look(index) for index in range(len(frames))]

    def speeds(self, pairs: Sequence[tuple[int, int]], frames: Mapping[int, Picture]) -> list[float]:
        """No pair is measured."""
        raise NotImplementedError("there is no network for flow")

    def errors(self, firsts: Sequence[int], frames: Mapping[int, Picture]) -> list[float]:
        """No frame is interpolated."""
        raise NotImplementedError("there is no network for interpolation")
