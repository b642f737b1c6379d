"""What is no failure: light and colour change, and all that happens to a clip on its way to the viewer."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.masks import MEDIUM, OVERLAY, SUPPORT, Labels
from metrics.picture import erode
from metrics.validation.clean import Clean, noisy
from metrics.validation.footage import Footage, Frames

Tables = NDArray[np.float64]
"""Code value to code value, float64 (256,) or one row for each channel (3, 256)."""


def exposure(clean: Clean, severity: float) -> Footage:
    """A ramp of the light to ``severity`` times, in linear light, clipped as a sensor clips."""
    return _graded(clean, lambda amount: np.stack([_gain_table(1 + amount * (severity - 1))] * 3))


def gamma(clean: Clean, severity: float) -> Footage:
    """A ramp to the power ``severity`` of the code values."""
    return _graded(clean, lambda amount: np.stack([_power(1 + amount * (severity - 1))] * 3))


def white_balance(clean: Clean, severity: float) -> Footage:
    """A ramp of the white point: red times 1 + ``severity``, blue times 1 - ``severity``, linear light."""

    def tables(amount: float) -> Tables:
        gains = (1 + amount * severity, 1.0, 1 - amount * severity)
        return np.stack([_gain_table(gain) for gain in gains])

    return _graded(clean, tables)


def recompress(clean: Clean, crf: float) -> Footage:
    """H.264 at a constant rate factor, decoded again."""
    return clean.with_frames(_through_codec(clean.footage, {"crf": str(int(crf)), "preset": "medium"}))


def decode_otherwise(clean: Clean, severity: float) -> Footage:  # noqa: ARG001
    """Through 4:2:0 chroma and limited range, as any player's conversion does."""
    frames = [
        cv2.cvtColor(cv2.cvtColor(f, cv2.COLOR_RGB2YUV_I420), cv2.COLOR_YUV2RGB_I420) if _even(f) else f
        for f in clean.footage.frames
    ]
    return clean.with_frames(np.stack(frames).astype(np.uint8, copy=False))


def sensor_noise(clean: Clean, severity: float) -> Footage:
    """Gaussian noise of ``severity`` code values, new in every frame and channel."""
    rng = np.random.default_rng(clean.seed)
    frames = [noisy(frame, severity, rng) for frame in clean.footage.frames]
    return clean.with_frames(np.stack(frames))


def resize(clean: Clean, severity: float) -> Footage:
    """Down to ``severity`` of the size and up again."""
    height, width = clean.footage.size
    small = (max(16, round(width * severity)), max(16, round(height * severity)))
    frames = [
        cv2.resize(cv2.resize(f, small, interpolation=cv2.INTER_AREA), (width, height),
                   interpolation=cv2.INTER_CUBIC)
        for f in clean.footage.frames
    ]  # fmt: skip
    return clean.with_frames(np.stack(frames).astype(np.uint8, copy=False))


def frame_rate(clean: Clean, severity: float) -> Footage:
    """Shown at ``severity`` of the frame rate, frames repeated to keep the clock."""
    t_s = clean.footage.t_s
    interval = float(np.median(np.diff(t_s))) / severity
    kept = [clean.at(float(np.floor(t / interval + 1e-6) * interval)) for t in t_s]
    return clean.with_frames(clean.footage.frames[kept])


def grown_labels(clean: Clean, pixels: float) -> Labels:
    """Support and medium ``pixels`` (at 480 lines) larger, or smaller where negative, uint8 (h, w).

    Where both grow into each other nobody may measure, so a grown region takes from what belongs to none.
    """
    radius = round(pixels * min(clean.footage.size) / 480)
    labels = np.zeros_like(clean.labels)
    for role in (MEDIUM, OVERLAY, SUPPORT):
        region = clean.labels == role
        padded = np.pad(region, abs(radius) + 1, mode="edge")
        edge = abs(radius) + 1
        changed = erode(padded, -radius)[edge:-edge, edge:-edge]
        labels[changed & ((clean.labels == role) | (clean.labels == 0) | (radius > 0))] = role
    return labels


def _even(frame: NDArray[np.uint8]) -> bool:
    return bool(frame.shape[0] % 2 == 0 and frame.shape[1] % 2 == 0)


def _graded(clean: Clean, tables: Callable[[float], Tables]) -> Footage:
    frames = []
    for amount, frame in zip(clean.ramp, clean.footage.frames, strict=True):
        lookup = np.rint(tables(float(amount))).clip(0, 255).astype(np.uint8)
        changed = np.stack([lookup[i][frame[..., i]] for i in range(3)], axis=-1)
        frames.append(frame if amount == 0 else changed)
    return clean.with_frames(np.stack(frames))


def _gain_table(gain: float) -> Tables:
    """Code value to code value under a gain of the light, float64 (256,); sRGB's curve (IEC 61966-2-1)."""
    code = np.arange(256) / 255
    light = np.where(code > 0.04045, ((code + 0.055) / 1.055) ** 2.4, code / 12.92) * gain
    light = np.minimum(light, 1)
    back = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, light * 12.92)
    return np.asarray(back * 255)


def _power(exponent: float) -> Tables:
    return 255 * (np.arange(256) / 255) ** exponent


def _through_codec(footage: Footage, options: dict[str, str]) -> Frames:
    """Encode with x264 into memory and decode again, uint8 (n, h, w, 3)."""
    height, width = footage.size
    # x264 wants even sides; the border that is added is cut off again.
    padded = np.pad(footage.frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    file = io.BytesIO()
    rate = Fraction(len(footage.frames) / footage.duration_s).limit_denominator(1000)
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = padded.shape[2], padded.shape[1], "yuv420p"
        # Threads change the bits; one keeps results the same on every machine.
        stream.options = {**options, "threads": "1"}
        for frame in padded:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file, "r") as coded:
        frames = [frame.to_ndarray(format="rgb24") for frame in coded.decode(video=0)]
    return np.stack(frames)[:, :height, :width].astype(np.uint8, copy=False)
