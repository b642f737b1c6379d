"""A measurer that needs milliseconds: numbers are functions of the file's bytes, and bytes order faults."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ClipError
from metrics.types import Curve, Identity, Json, Measurement, Quantity, Value

QUANTITIES = (
    Quantity("premise.onset", "s", "higher", "Second in which the camera starts to move."),
    Quantity("drift.onset", "s", "higher", "Second in which drift begins.", headline=True),
    Quantity("drift.late", "1", "lower", "Drift at the end."),
    Quantity("drift.level", "1", "lower", "Drift over time.", curve=True),
)


@dataclass(frozen=True)
class FakeScored:
    facts: dict[str, Json]
    mask_sha256: str
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True)
class FakeMeasurer:
    """Numbers from bytes. A file that starts with CRASH, HANG, BUG, BAD or SLOW does as it says."""

    version: int = 1
    log: Path | None = None
    """Each measured clip is noted here, one line each, so that tests can count."""

    def quantities(self) -> tuple[Quantity, ...]:
        return QUANTITIES

    def settings(self) -> dict[str, Json]:
        return {"flow": "fake"}

    def identities(self, mask_source: str) -> Mapping[str, Identity]:
        settings: dict[str, Json] = {"mask": mask_source}
        return {name: Identity(name, self.version, settings) for name in ("premise", "drift")}

    def measure(
        self,
        path: Path,
        names: Sequence[str],
        labels: NDArray[np.uint8] | None,
        mask_source: str,
    ) -> FakeScored:
        data = path.read_bytes()
        if self.log:
            with self.log.open("a") as stream:
                stream.write(f"{path.name} {','.join(names)}\n")
        _misbehave(path, data)
        identities = self.identities(mask_source)
        area = 0 if labels is None else int(labels.sum())
        made = {"premise": self._premise, "drift": self._drift}
        return FakeScored(
            {"width": 64, "height": 48, "frames": len(data)},
            f"mask-{area}",
            tuple(made[name](identities[name], data) for name in names),
        )

    def _premise(self, identity: Identity, data: bytes) -> Measurement:
        value = (
            Value("premise.onset", None, "abstained", "too short to say")
            if len(data) < 8
            else Value("premise.onset", float(len(data)), "censored")
        )
        return Measurement(identity, (value,))

    def _drift(self, identity: Identity, data: bytes) -> Measurement:
        onset = Value("drift.onset", data[0] / 3)
        curve = Curve("drift.level", (0.5, 1.5), (data[0] / 7, None))
        return Measurement(identity, (onset, Value("drift.late", data[0] / 7)), (curve,), ("a note",))


def _misbehave(path: Path, data: bytes) -> None:
    if data.startswith(b"CRASH"):
        os.abort()
    if data.startswith(b"HANG"):
        time.sleep(1000)
    if data.startswith(b"BUG"):
        raise KeyError("surprise")
    if data.startswith(b"BAD"):
        raise ClipError(path, "this is no video", "name a video file")
    if data.startswith(b"SLOW"):
        time.sleep(0.3)
