"""Little clips of a made-up run, each at its own rate and size, and the study that shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.key import Key
from steadybench.study.model import Plan
from tests.steadybench.study.made_study import made_plan, with_files

SIZE = (96, 64)


def scene(name: str, frames: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """RGB (T, H, W, 3): soft shapes that slide, another scene for each name."""
    width, height = size
    chance = np.random.default_rng(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    picture = cv2.GaussianBlur(chance.normal(size=(height, width, 3)), (0, 0), 3)
    picture = 128 + 40 * picture / picture.std()
    moved = [np.roll(picture, i, axis=1) for i in range(frames)]
    return np.clip(np.stack(moved), 20, 235).astype(np.uint8)


def write_clip(path: Path, pictures: NDArray[np.uint8], rate: Fraction | int = 16) -> str:
    """Encode RGB (T, H, W, 3) as BT.709 without loss to speak of; returns the digest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=Fraction(rate), options={"qp": "6", "preset": "ultrafast"})
        video.height, video.width = pictures.shape[1:3]
        video.pix_fmt = "yuv420p"
        video.codec_context.colorspace, video.codec_context.color_range = 1, 1
        for picture in pictures:
            rgb = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = rgb.reformat(format="yuv420p", dst_colorspace=1)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_study(folder: Path, rates: Sequence[int] = (8, 12, 24), prompts: int = 2, rate: str = "24",
                seconds: float = 2.0) -> tuple[Plan, Key]:
    """A study of one system a rate; its plan and key lie in ``folder/study``, its clips in ``folder/run``."""
    plan, key = made_plan(len(rates), prompts, folder=folder / "run", rate=rate, canvas=SIZE, seconds=seconds)
    digests = {}
    for one in key.sources.values():
        fps = rates[int(Path(one.path).stem.split("-")[1])]
        digests[one.path] = write_clip(Path(one.path), scene(one.clip, round(fps * seconds)), fps)
    key = with_files(key, digests)
    (folder / "study").mkdir()
    planfile.save(plan, folder / "study")
    keys.save(key, folder / "study" / keys.FILE)
    return plan, key
