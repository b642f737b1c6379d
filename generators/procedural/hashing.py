"""Random numbers that depend on names and integers only, never on time or the order of calls."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


def stable_hash(*parts: str | int) -> int:
    """63-bit integer from texts and integers; the same in every process and on every machine."""
    digest = hashlib.sha256("\x1f".join(f"{type(part).__name__}:{part}" for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def generator(*parts: str | int) -> np.random.Generator:
    """NumPy generator seeded by names and integers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(stable_hash(*parts))))


def uniform(key: int, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """One random number in [0, 1) for every integer (negative ones too): a counter-based generator.

    Args:
        key: stream of numbers, for example from :func:`stable_hash`.
        numbers: counters, any shape.

    Returns:
        float64 of the same shape. The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood
        2014).
    """
    with np.errstate(over="ignore"):
        z = numbers.astype(np.uint64) * _GOLDEN + np.uint64(key)
        z = (z ^ (z >> np.uint64(30))) * _MIX_A
        z = (z ^ (z >> np.uint64(27))) * _MIX_B
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
