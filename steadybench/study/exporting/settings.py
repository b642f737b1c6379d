"""The one setting under which every clip of a study is written, and where its files lie.

H.264 High, 8 bit, 4:2:0, BT.709 limited range. Nothing depends on the picture: one quantiser throughout, a
key frame once a second and never at a cut, no B-frames, so that packets come in the order shown and no box
tells of a delay. With one quantiser a repeated frame costs next to nothing and shows the very same picture;
under a rate factor x264 spends bits on sharpening every repeat, so that slow clips would ripple and grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

VERSION = 1
"""Raised whenever the same source may give another file."""

QP = 20
"""H.264 quantiser of every clip, 0..51; at this one pictures look like their sources."""

CODEC: Literal["libx264"] = "libx264"
PIXEL_FORMAT = "yuv420p"
BT709, LIMITED = 1, 1
"""ISO/IEC 23091-2 code points as FFmpeg numbers them: primaries, transfer and matrix; range."""

STRIP = "filter_units=remove_types=6"
"""Bitstream filter that takes out SEI units: x264 writes its settings there, whatever the flags."""

GREY = 198
"""Red, green and blue of bars, gaps and instructions, 0..255: the ground of the rating page."""
GREY_YUV = (186, 128, 128)
"""The same in 8-bit limited-range Y, Cb, Cr."""

CLIPS = "clips"
SUFFIX = ".mp4"
FREE = 4096
"""Files grow to a multiple of this many bytes."""
MTIME = 946_684_800
"""Modification time of every exported file: 2000-01-01 UTC, seconds since 1970."""

CONTAINER: Mapping[str, str] = {
    "movflags": "+faststart", "fflags": "+bitexact", "write_btrt": "0", "video_track_timescale": "0",
}  # fmt: skip
"""Options of the mp4 muxer: index in front, no program's name, no box with the clip's own bit rate. A track
time scale of 0 lets the muxer choose by the frame rate, which is one for all files."""


def file_name(token: str) -> str:
    """Where a clip lies in the export, relative to its folder."""
    return f"{CLIPS}/{token}{SUFFIX}"


def options(rate: Fraction, qp: int = QP) -> dict[str, str]:
    """Options of the encoder.

    Args:
        rate: frames a second of the file.
        qp: quantiser, 0..51; lower is better and larger.
    """
    group = str(max(1, round(rate)))
    return {
        "qp": str(qp), "preset": "superfast", "profile": "high", "flags": "+bitexact",
        # One thread: with more, the bytes would depend on the number of cores. No macroblock tree: at some
        # widths x264 gives other bytes with it each time the same frames are encoded.
        "threads": "1", "mbtree": "0",
        "g": group, "keyint_min": group, "sc_threshold": "0", "bf": "0",
    }  # fmt: skip
