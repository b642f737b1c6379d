"""The seconds that a corrupted clip shares with its clean one, measured once for all of them."""

from __future__ import annotations

import copy
from itertools import islice

import numpy as np

from metrics.curves import Bins
from metrics.flow_backends import make_flow
from metrics.head import head_of
from metrics.masks import Labels, MaskSource
from metrics.session import Result, Session
from metrics.validation.footage import Footage, measure_footage, samples_of


class Prefix:
    """A measurement of a clean clip, stopped where corruptions begin.

    Args:
        clean: the clean clip.
        until_s: where to stop, at least 3 s, when masks and reference are settled.
        labels: role map, uint8 (h, w), or None for an ``early`` mask.
        source: where the labels come from.

    Raises:
        ValueError: the clip is too short or too small to be measured; the message says how.

    """

    def __init__(
        self, clean: Footage, until_s: float, labels: Labels | None = None, source: MaskSource = "early"
    ) -> None:
        self._labels, self._source = labels, source
        sampled = clean.sampled()
        count = int(np.searchsorted(sampled.t_s, until_s - 1e-6))
        self._shared = Footage(sampled.frames[:count], sampled.t_s[:count], until_s)
        self._session = Session(head_of(samples_of(clean)), labels, source, make_flow("dis", preset="fast"))
        for sample in samples_of(self._shared):
            self._session.add(sample)

    def measure(self, footage: Footage) -> dict[str, Result]:
        """Go on from there with another clip, or start from the beginning where it does not begin alike.

        Returns:
            Exactly what :func:`measure_footage` returns for this clip, the labels and their source.

        """
        sampled, count = footage.sampled(), len(self._shared.frames)
        alike = np.array_equal(sampled.t_s[:count], self._shared.t_s)
        if not (alike and np.array_equal(sampled.frames[:count], self._shared.frames)):
            return measure_footage(sampled, self._labels, self._source)
        session = copy.deepcopy(self._session)
        for sample in islice(samples_of(sampled), count, None):
            session.add(sample)
        return session.finish(Bins(footage.duration_s))
