"""One encoder for all frame streams, so that no method gains or loses by its codec.

H.264 High, 8 bit, 4:2:0, BT.709 limited range, index in front: what every browser plays from a plain file.
An odd width or height cannot be stored in 4:2:0, and browsers do not play 4:4:4, so an odd picture gets its
last column or row twice and the facts say so.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from generators.contract import Frames, FrameStream, GeneratorError, Job
from generators.probe import frame_limits

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

CRF = 12
"""Low enough that the codec leaves fine texture alone, which the hardening axis measures."""

ENCODER_VERSION = 1
"""Raised whenever the same frames may give another picture; part of every job's key."""

Preset = Literal["veryfast", "faster", "fast", "medium"]
# ITU-R BT.709-6, items 3.2 to 3.5: full-range RGB to Y' 16..235 and C 16..240.
_KR, _KB = 0.2126, 0.0722
_LUMA = np.array([_KR, 1 - _KR - _KB, _KB])
_RGB_TO_YUV = np.stack(
    [
        np.append(219 / 255 * _LUMA, 16),
        np.append(224 / 255 * (np.array([0.0, 0.0, 1.0]) - _LUMA) / (2 * (1 - _KB)), 128),
        np.append(224 / 255 * (np.array([1.0, 0.0, 0.0]) - _LUMA) / (2 * (1 - _KR)), 128),
    ]
)
_BT709, _LIMITED = 1, 1  # ISO/IEC 23091-2 code points as FFmpeg numbers them


@dataclass(frozen=True, slots=True)
class EncodedFacts:
    """What was written."""

    frames: int
    width: int
    """Pixels in the file; one more than the job's where that is odd."""
    height: int
    """Pixels in the file; one more than the job's where that is odd."""
    fps: float
    padded: tuple[int, int]
    """Columns and rows added at the right and at the bottom by repeating the last one: 0 or 1 each."""
    bytes: int
    """Size of the file."""


def pad_to_even(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last row and column of (H, W) or (H, W, 3) where H or W is odd; use it on label maps too."""
    height, width = picture.shape[:2]
    widths = ((0, height % 2), (0, width % 2), (0, 0))[: picture.ndim]
    return np.pad(picture, widths, mode="edge") if height % 2 or width % 2 else picture


def encode(
    stream: FrameStream, path: Path, job: Job, *, crf: int = CRF, preset: Preset = "fast"
) -> EncodedFacts:
    """Write a stream to an mp4 file.

    The same frames give the same bytes. The file appears only when it is complete.

    Args:
        stream: the frames.
        path: file to write; replaced if it exists.
        job: what the stream must fulfil: size, frame rate, number of frames.
        crf: x264 constant rate factor, 0..51; lower is better.
        preset: x264 preset.

    Raises:
        GeneratorError: the stream breaks the contract (type, shape, size, rate, number of frames).
        OSError: the file cannot be written, for example on a full disk.
    """
    if not abs(stream.fps - job.fps) <= 1e-3:  # so that NaN is refused too
        raise GeneratorError(f"the stream runs at {stream.fps:g} frames a second; expected {job.fps:g}")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    os.close(handle)
    partial = Path(name)
    try:
        count = _write(_checked(stream.blocks, job), partial, job, crf, preset)
        size = partial.stat().st_size
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    padded = job.width % 2, job.height % 2
    return EncodedFacts(count, job.width + padded[0], job.height + padded[1], job.fps, padded, size)


def _checked(blocks: Iterator[Frames], job: Job) -> Iterator[NDArray[np.uint8]]:
    """Single frames, each as the contract promises.

    Raises:
        GeneratorError: at the first frame that is not.
    """
    low, high = frame_limits(job)
    wanted = f"{low} to {high} ({job.seconds:g} s at {job.fps:g} fps)"
    count = 0
    for block in blocks:
        check_block(block, job)
        count += len(block)
        if count > high:
            raise GeneratorError(f"more than {high} frames came; expected {wanted}")
        yield from block
    if count < low:
        raise GeneratorError(f"{count} frames came; expected {wanted}")


def check_block(block: object, job: Job) -> None:
    """Refuse a block that is not uint8 (T, H, W, 3) at the job's size.

    Raises:
        GeneratorError: says what was expected and what came.
    """
    wanted = f"uint8 (T, {job.height}, {job.width}, 3) in RGB, values 0 to 255"
    if not isinstance(block, np.ndarray):
        raise GeneratorError(f"a block is a {type(block).__name__}; expected a NumPy array, {wanted}")
    if block.dtype != np.uint8:
        nan = " with NaN" if block.dtype.kind == "f" and bool(np.isnan(block).any()) else ""
        raise GeneratorError(
            f"frames are {block.dtype}{nan}; expected {wanted}; convert and clip before yielding"
        )
    if block.ndim != 4 or block.shape[1:] != (job.height, job.width, 3):
        raise GeneratorError(f"a block has shape {block.shape}; expected {wanted}")


def _write(frames: Iterator[NDArray[np.uint8]], path: Path, job: Job, crf: int, preset: Preset) -> int:
    import av
    from av import VideoFrame

    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    count = 0
    with av.open(str(path), "w", format="mp4", options=options) as container:
        video = _open_stream(container, job, crf, preset)
        for frame in frames:
            picture = VideoFrame.from_ndarray(to_yuv420(pad_to_even(frame)), format="yuv420p")
            picture.pts = count
            container.mux(video.encode(picture))
            count += 1
        container.mux(video.encode(None))
    return count


def _open_stream(container: OutputContainer, job: Job, crf: int, preset: Preset) -> VideoStream:
    rate = Fraction(job.fps).limit_denominator(1001)
    options = {"crf": str(crf), "preset": preset, "profile": "high", "flags": "+bitexact"}
    # One thread: with more, the bytes would depend on the number of cores. No macroblock tree: at widths
    # such as 192 and 416 x264 gives other bytes with it each time the same frames are encoded.
    options |= {"threads": "1", "mbtree": "0"}
    video = container.add_stream("libx264", rate=rate, options=options)
    video.width, video.height = job.width + job.width % 2, job.height + job.height % 2
    video.pix_fmt = "yuv420p"
    context = video.codec_context
    context.time_base = 1 / rate
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    return video


def to_yuv420(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB (H, W, 3), even H and W, to planar BT.709 limited range 4:2:0, uint8 (3 H / 2, W).

    Written out because the usual converter truncates: it darkens every pixel by about one code value.
    Chroma is sited at the left, as H.264 players assume where nothing is said.
    """
    import cv2

    planes = cv2.transform(frame, _RGB_TO_YUV)
    luma, chroma = planes[..., 0], planes[..., 1:].astype(np.float32)
    kernel_x, kernel_y = np.array([0.25, 0.5, 0.25], np.float32), np.array([0.5, 0.5], np.float32)
    half = cv2.sepFilter2D(chroma, -1, kernel_x, kernel_y, anchor=(1, 0), borderType=cv2.BORDER_REPLICATE)[
        ::2, ::2
    ]
    packed = np.rint(half).astype(np.uint8)
    # The two chroma planes together fill whole rows even where one alone does not.
    both = np.concatenate([packed[..., 0].ravel(), packed[..., 1].ravel()])
    return np.concatenate([luma, both.reshape(-1, frame.shape[1])])
