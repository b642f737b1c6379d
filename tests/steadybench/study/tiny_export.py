"""A small clean export by the real exporter, with its key: 3 systems on 4 prompts, 2 s at 96x64."""

from __future__ import annotations

import hashlib
import os
from fractions import Fraction
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.progress import Progress
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.exporting import settings
from steadybench.study.exporting.command import Request, export
from steadybench.study.exporting.film import Film
from tests.steadybench.study.made_study import made_plan, with_files

SIZE, RATE = (96, 64), Fraction(16)
Luma = NDArray[np.uint8]


def make(folder: Path, marked: str = "") -> tuple[Path, Path]:
    """Write a study and its export; returns the export and the key.

    Args:
        folder: where both go, and the clips of the made-up run.
        marked: label of a system whose clips bear a logo.
    """
    (folder / "run").mkdir()
    plan, key = made_plan(folder=folder / "run")
    digests = {}
    for source in key.sources.values():
        frames = pictures(source.prompt, source.system, 32, key.systems[source.system].label == marked)
        film(Path(source.path), frames)
        digests[source.path] = hashlib.sha256(Path(source.path).read_bytes()).hexdigest()
    study, out = folder / "study", folder / "export"
    study.mkdir()
    said: list[str] = []
    planfile.save(plan, study)
    keys.save(with_files(key, digests), study / "key.json")
    assert export(Request(study, out), Progress(said.append)) == 0, said
    return out, study / "key.json"


@cache
def shared(base: Path) -> Path:
    """The clean export of all tests of one process; copy it before changing anything."""
    folder = base / "tiny-export"
    folder.mkdir()
    return make(folder)[0]


def settle(out: Path) -> None:
    """Give all files one date and the same rights."""
    for path in sorted(out.rglob("*")):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o644)
            os.utime(path, (settings.MTIME, settings.MTIME))


def pictures(scene: str, hand: str, frames: int, mark: bool = False) -> Luma:
    """(T, H, W) luma: a scene that stands, with something of its own that each hand moves through it."""
    width, height = SIZE
    still, own = _noise(scene, height, width, 4.0), _noise(scene + hand, height, width, 1.5)
    moving = np.stack([still + 0.3 * np.roll(own, i, axis=1) for i in range(frames)])
    out = np.clip(120 + 30 * moving, 16, 235).astype(np.uint8)
    if mark:
        for picture in out:
            cv2.putText(picture, "AI", (width - 26, height - 6), cv2.FONT_HERSHEY_PLAIN, 1.2, 235, 2)
    return out


def film(path: Path, luma: Luma, rate: Fraction = RATE) -> None:
    """Encode as the exporter does; (T, H, W) luma without colour."""
    import av

    size = luma.shape[2], luma.shape[1]
    with Film(path, size, rate) as out:
        for picture in luma:
            packed = np.concatenate([picture, np.full((size[1] // 2, size[0]), 128, np.uint8)])
            out.show(av.VideoFrame.from_ndarray(packed, format="yuv420p"))


def _noise(name: str, height: int, width: int, soft_by: float) -> NDArray[np.float64]:
    drawn = np.random.default_rng(list(name.encode())).normal(size=(height, width))
    soft = cv2.GaussianBlur(drawn, (0, 0), soft_by)
    return soft / soft.std()
