"""Which of VBench's networks are here, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from metrics import weights
from metrics.errors import WeightsMissingError
from metrics.types import Json

if TYPE_CHECKING:
    from metrics.networks.looking import Networks

NEEDS: Mapping[str, tuple[str, ...]] = {
    "background_consistency": ("clip-vit-b-32",),
    "subject_consistency": ("dino-vitb16",),
    "motion_smoothness": ("amt-s",),
    "dynamic_degree": ("raft-things",),
    "dynamic_degree_cont": ("raft-things",),
    "imaging_quality": ("musiq-spaq",),
    "aesthetic_quality": ("clip-vit-l-14", "aesthetic-linear-v1"),
}
"""Dimension -> entries of the weights table. ``temporal_flickering`` needs none."""
MISSING = "missing"
_PACKAGES = ("torch", "torchvision", "open_clip", "timm")


def lacking_packages() -> str:
    """Why no network can run at all; empty where the packages are here."""
    absent = [name for name in _PACKAGES if find_spec(name) is None]
    if not absent:
        return ""
    return f"needs {', '.join(absent)}, which is not installed; run: pip install 'steadybench[panels]'"


def digests() -> dict[str, Json]:
    """Digest of every network's weights for the identity, or the word ``missing``.

    Numbers that abstained for want of weights or packages have another identity than numbers that did not,
    so they are taken as soon as everything is here.
    """
    names = sorted({name for needed in NEEDS.values() for name in needed})
    if lacking_packages():
        return dict.fromkeys(names, MISSING)
    return {name: _digest(name) for name in names}


def _digest(name: str) -> str:
    try:
        return weights.digest_of(name)
    except WeightsMissingError:
        return MISSING


def reasons() -> dict[str, str]:
    """Why each dimension cannot be taken; those that can are not named."""
    if lack := lacking_packages():
        return dict.fromkeys(NEEDS, lack)
    names = dict.fromkeys(name for needed in NEEDS.values() for name in needed)
    faults = weights.locate(names)[1]
    return {
        dimension: "; ".join(str(faults[name]) for name in needed if name in faults)
        for dimension, needed in NEEDS.items()
        if any(name in faults for name in needed)
    }


def check_device(device: str) -> None:
    """Refuse a device that is not here before anything is measured.

    Raises:
        ValueError: the message says what is wrong with it.

    """
    if device == "cpu" or lacking_packages():
        return
    import torch

    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as fault:
        first = str(fault).splitlines()[0]
        raise ValueError(f"device {device!r} cannot be used ({first}); use --device cpu") from fault


def networks(device: str) -> Networks | None:
    """Build every network whose weights are here, None if none is; kept for the next clip of this process."""
    if lacking_packages():
        return None
    names = dict.fromkeys(name for needed in NEEDS.values() for name in needed)
    found = weights.locate(names)[0]
    return _built(tuple(sorted(found.items())), device) if found else None


@lru_cache(maxsize=1)
def _built(files: tuple[tuple[str, Path], ...], device: str) -> Networks:
    from metrics.networks import aesthetic, amt, clip, dino, musiq, raft
    from metrics.networks.looking import Networks

    at = dict(files)
    beauty = None
    if "clip-vit-l-14" in at and "aesthetic-linear-v1" in at:
        tower = clip.load(at["clip-vit-l-14"], "ViT-L/14", device)
        beauty = aesthetic.AestheticTower(tower, aesthetic.load(at["aesthetic-linear-v1"], device))
    return Networks(
        device=device,
        background=clip.load(at["clip-vit-b-32"], "ViT-B/32", device) if "clip-vit-b-32" in at else None,
        subject=dino.load(at["dino-vitb16"], device) if "dino-vitb16" in at else None,
        aesthetic=beauty,
        imaging=musiq.load(at["musiq-spaq"], device) if "musiq-spaq" in at else None,
        flow=raft.load(at["raft-things"], device) if "raft-things" in at else None,
        middle=amt.load(at["amt-s"], device) if "amt-s" in at else None,
    )
