"""Numbers of a plan as people read them."""

from __future__ import annotations

from steadybench.outlook.disk import Bytes

_SCALES = ((1e18, "EFLOP"), (1e15, "PFLOP"), (1e12, "TFLOP"), (1e9, "GFLOP"), (1e6, "MFLOP"))


def flops(count: int) -> str:
    """``17.8 PFLOP``."""
    scale, unit = next((row for row in _SCALES if count >= row[0]), _SCALES[-1])
    return f"{count / scale:.3g} {unit}"


def size(count: float) -> str:
    """Bytes on a disk: ``1.4 GB``, ``84 MB``, ``12 kB``."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.3g} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def span(found: Bytes) -> str:
    """A range of bytes; one figure where it was measured."""
    return size(found.most) if found.least == found.most else f"{size(found.least)} to {size(found.most)}"


def time(seconds: float) -> str:
    """``0.3 s``, ``42 s``, ``14 min``, ``3.2 h``."""
    if seconds < 9.95:
        return f"{seconds:.1g} s" if seconds < 0.095 else f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5970 else f"{seconds / 3600:.1f} h"


def many(count: int, what: str) -> str:
    """``1 clip``, ``3 clips``."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
