"""Bytes that the video autoencoder and the text encoder take.

The numbers are counted, not fitted: the published networks run on PyTorch's meta device, where nothing is
stored, under a counter of live storages. A test counts them again. What a kernel needs inside itself is not
seen; a float32 decode on a CPU took a tenth more than the count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generators.engine.horizon import pictures_of

TOKENS = 512
"""Tokens of a prompt, padding included."""
TEXT_PARAMETERS, TEXT_BYTES = 5_680_910_336, 2
"""Of the text encoder, and bytes of each: bfloat16 on every device."""
TEXT_WORK = 260_308_992
"""Most that lives while a prompt is encoded, the weights of one matrix at a time included."""

CODEC_PARAMETERS = 126_892_531
_KEPT = 2364.5
"""Numbers kept per pixel of the picture: the last two frames that each of 32 convolutions has read."""
_WORK = {4: 10_001, 2: 5_393}
"""Bytes per pixel inside one decode call by bytes of a number: wide features of four pictures, some in
float32 whatever the type of the weights."""
_ENCODE = {4: 3_875, 2: 1_951}
"""Bytes per pixel while one picture is encoded, itself included, as where segments hand over."""
_AUTHORS = 12
"""Bytes per number of a finished video in the authors' programs: at their end three float32 copies of it live
at once, the decoded one, the scaled one and the clamped one."""


@dataclass(frozen=True, slots=True)
class CodecCost:
    """Bytes of the video autoencoder on its device, whatever the clip's length."""

    weights: int
    kept: int
    """Features that a decoder keeps from one call to the next."""
    work: int
    """Most that one call adds, the frames that it gives included; encoding a picture adds less."""
    encode: int
    """Most that encoding one picture adds."""

    @property
    def total(self) -> int:
        """Most at any time."""
        return self.weights + self.kept + max(self.work, self.encode)


def codec(width: int, height: int, number_bytes: int) -> CodecCost:
    """Memory of streamed decoding.

    Args:
        width: of the picture, pixels.
        height: same.
        number_bytes: 4 for float32, 2 for bfloat16.
    """
    pixels = width * height
    return CodecCost(
        weights=CODEC_PARAMETERS * number_bytes,
        kept=int(_KEPT * pixels * number_bytes),
        work=_WORK[number_bytes] * pixels,
        encode=_ENCODE[number_bytes] * pixels,
    )


def text(kind: Literal["cpu", "cuda"]) -> int:
    """Most that reading a prompt takes on the device, bytes; on a GPU the weights only pass through.

    In main memory the weights are a mapped file: the system may take their pages back at any time.
    """
    return TEXT_WORK + (TEXT_PARAMETERS * TEXT_BYTES if kind == "cpu" else 0)


def authors_decode(width: int, height: int, latents: int) -> int:
    """Bytes that the finished video alone takes on the GPU in the authors' programs, which hold all of it.

    Args:
        width: of the picture, pixels.
        height: same.
        latents: latent frames of the clip; 960 for 240 s.
    """
    return _AUTHORS * 3 * width * height * pictures_of(latents)
