"""Small clips of the procedural scenes, rendered once a test session and measured once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from generators.contract import Frames, FrameStream, Job, LabelMap
from generators.encode import encode
from generators.procedural.dials import Dial
from generators.procedural.renderer import Renderer
from metrics.masks import MaskSource
from metrics.score import Scored, Settings, measure
from metrics.types import Curve, Measurement, Value
from prompts.types import Prompt

PROMPT = Prompt(
    id="test-01",
    text="A brook runs between mossy stones.",
    medium="brook",
    regime="channel_flow",
    direction="left",
    support="stones",
    light="overcast",
    must_not_move=("stones",),
)
SECONDS, ONSET_S, RAMP_S = 11.0, 5.0, 2.0
"""Length of the clips, the second from which their dials turn, and how long they take."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What to render, and what to do to the finished pictures before they are encoded."""

    medium: str = "river"
    kind: str = ""
    """Dials joined by ``+``; empty for the clean clip."""
    strength: float = 1.0
    onset_s: float = ONSET_S
    ramp_s: float = RAMP_S
    seconds: float = SECONDS
    fps: float = 8.0
    width: int = 320
    height: int = 180
    seed: int = 1
    sensor_noise: float = 0.0
    exposure: float = 1.0
    """Gain in linear light."""
    gamma: float = 1.0
    size: float = 1.0
    """Factor by which the finished pictures are resized."""
    mirror: bool = False
    crf: int = 12

    @property
    def name(self) -> str:
        """File name: every field that differs from the default."""
        plain = Scene()
        fields = [f for f in self.__slots__ if getattr(self, f) != getattr(plain, f)]
        return "-".join([self.medium, *(f"{f}_{getattr(self, f)}" for f in fields if f != "medium")]) + ".mp4"


@dataclass(slots=True)
class Stage:
    """Renders and measures scenes, each at most once."""

    folder: Path
    _clips: dict[Scene, Path] = field(default_factory=dict)
    _scored: dict[tuple[Scene, str], Scored] = field(default_factory=dict)

    def clip(self, scene: Scene) -> Path:
        """The scene's file."""
        if scene not in self._clips:
            self._clips[scene] = write(scene, self.folder / scene.name)
        return self._clips[scene]

    def score(self, scene: Scene, source: str = "truth") -> Scored:
        """All measurements with the exact mask, or with the mask estimated from the start (``early``)."""
        if (scene, source) not in self._scored:
            labels = labels_of(scene) if source == "truth" else None
            mask: MaskSource = "truth" if source == "truth" else "early"
            self._scored[scene, source] = measure(self.clip(scene), Settings(), labels, mask)
        return self._scored[scene, source]


def write(scene: Scene, path: Path) -> Path:
    """Render a scene and encode it."""
    shown = list(pictures(scene))
    height, width = shown[0].shape[:2]
    job = Job(PROMPT, scene.seed, scene.seconds, scene.fps, width, height)
    encode(FrameStream(scene.fps, iter([np.stack(shown)])), path, job, crf=scene.crf)
    return path


def pictures(scene: Scene) -> Iterator[NDArray[np.uint8]]:
    """Finished pictures of a scene, uint8 (h, w, 3), before any codec."""
    for block in _blocks(scene):
        yield from (_finished(picture, scene) for picture in block)


def labels_of(scene: Scene) -> LabelMap:
    """Exact role map of a scene, at the size that its clip is shown."""
    labels = _renderer(replace(scene, kind="")).labels
    size = (_even(scene.width * scene.size), _even(scene.height * scene.size))
    labels = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return np.ascontiguousarray(labels[:, ::-1] if scene.mirror else labels)


def _renderer(scene: Scene) -> Renderer:
    kinds = scene.kind.split("+") if scene.kind else []
    dials = [Dial(kind, scene.onset_s, scene.strength, scene.ramp_s) for kind in kinds]
    return Renderer(
        scene.medium,
        scene.seed,
        scene.width,
        scene.height,
        scene.fps,
        dials=dials,
        sensor_noise=scene.sensor_noise,
    )


def _blocks(scene: Scene) -> Iterator[Frames]:
    return _renderer(scene).blocks(round(scene.seconds * scene.fps))


def _finished(picture: NDArray[np.uint8], scene: Scene) -> NDArray[np.uint8]:
    if scene.exposure != 1 or scene.gamma != 1:
        picture = _graded(scene.exposure, scene.gamma)[picture]
    if scene.size != 1:
        size = (_even(scene.width * scene.size), _even(scene.height * scene.size))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(picture[:, ::-1] if scene.mirror else picture)


@cache
def _graded(exposure: float, gamma: float) -> NDArray[np.uint8]:
    code = np.arange(256) / 255
    light = np.where(code > 0.04045, ((code + 0.055) / 1.055) ** 2.4, code / 12.92) * exposure
    light = np.clip(light, 0, 1)
    graded = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light) ** gamma
    return np.rint(graded * 255).astype(np.uint8)


def _even(side: float) -> int:
    return round(side / 2) * 2


def every(scored: Scored) -> Iterator[Value]:
    """All values of all measurements."""
    for measurement in scored.measurements:
        yield from measurement.values


def value(scored: Scored, metric: str) -> Value:
    """One value by its metric id."""
    return next(v for v in every(scored) if v.metric == metric)


def number(scored: Scored, metric: str) -> float:
    """One number that must exist."""
    found = value(scored, metric)
    if found.value is None:
        raise LookupError(f"{metric}: {found.status}, {found.reason}")
    return found.value


def curve(scored: Scored, metric: str) -> Curve:
    """One curve by its metric id."""
    return next(c for m in scored.measurements for c in m.curves if c.metric == metric)


def notes(scored: Scored, name: str) -> Sequence[str]:
    """What a measurement says to people."""
    found: Measurement = next(m for m in scored.measurements if m.identity.measurement == name)
    return found.notes


@cache
def _session_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="scenes-")


@cache
def shared_stage() -> Stage:
    """The stage of the whole test session."""
    return Stage(Path(_session_folder().name))
