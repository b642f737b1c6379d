"""Readable runs of bytes, as a hex editor shows them."""

from __future__ import annotations

import numpy as np

LEAST = 6
"""Characters of the shortest run; in compressed pictures shorter ones come up by chance everywhere."""
_READABLE = bytes(int(32 <= byte < 127) for byte in range(256))


def runs(data: bytes) -> str:
    """All runs of at least :data:`LEAST` readable ASCII characters, one a line.

    Zero bytes are dropped first, so that UTF-16 reads like ASCII.
    """
    packed = data.replace(b"\0", b"")
    mask = np.frombuffer(packed.translate(_READABLE), np.uint8)
    if len(mask) < LEAST:
        return ""
    pairs = mask[:-1] & mask[1:]
    starts = pairs[:-4] & pairs[2:-2] & pairs[4:]
    kept = np.zeros(len(mask) + 1, np.uint8)
    for shift in range(LEAST):
        kept[shift : shift + len(starts)] |= starts
    # one more after each run, which becomes the end of a line
    taken = kept.copy()
    taken[1:] |= kept[:-1]
    shown = np.where(kept[:-1], np.frombuffer(packed, np.uint8), np.uint8(10))
    return shown[taken[:-1] > 0].tobytes().decode("ascii")
