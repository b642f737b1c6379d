"""One clip to be made, and what is known of it afterwards."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from steadybench.errors import InputError
from steadybench.study.exporting import settings
from steadybench.study.key import Key, Source
from steadybench.study.model import Plan, Stimulus


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is asked for: one film, which may go by several names."""

    tokens: tuple[str, ...]
    """Files to write; more than one where a clip is also shown as its own copy."""
    stimulus: Stimulus
    source: Source | None
    canvas: tuple[int, int]
    rate: str
    """Frames a second as a fraction; empty to keep the clip's own."""
    qp: int
    folder: Path
    """Where the files go."""
    identity: str
    """SHA-256 over everything that changes a byte of the film."""


@dataclass(frozen=True, slots=True)
class Made:
    """A film that is finished."""

    bytes: int
    """Of the film itself, before filling."""
    sha256: str
    """Of those bytes."""
    frames: int
    rate: str
    """Frames a second of the file, a fraction."""
    pictures_fps: float
    """Rate of pictures that differ."""
    flashes: float
    """Most flashes in any second."""
    mean: str
    """Mean picture, see :class:`steadybench.study.exporting.marks.Mean`; empty where none is needed."""
    fault: str = ""
    """Why there is none; everything else is empty then."""
    disk_full: bool = False
    """Whether that is because nothing more can be written."""


def failed(fault: str, *, disk_full: bool = False) -> Made:
    """Say that a film could not be made."""
    return Made(0, "", 0, "", 0.0, 0.0, "", fault, disk_full)


def orders(plan: Plan, key: Key, folder: Path, qp: int) -> tuple[Order, ...]:
    """One order for each film that differs, sorted by the first of its names.

    Args:
        plan: what is shown.
        key: says where clips lie.
        folder: for the files.
        qp: quantiser.

    Raises:
        InputError: the key is not the one of this plan.
    """
    strange = sorted({one.source for one in plan.stimuli} - {""} - key.sources.keys())
    if strange:
        raise InputError(f"The key is not the one of this plan: it does not know {len(strange)} of its clips,"
                         f" such as {strange[0]}. Name the key that 'study plan' wrote with --key FILE.")
    films: dict[str, list[Order]] = defaultdict(list)
    for one in plan.stimuli:
        source = key.sources[one.source] if one.source else None
        identity = _identity(one, source, plan, qp)
        films[identity].append(Order((one.token,), one, source, plan.canvas, plan.rate, qp, folder, identity))
    made = (replace(own[0], tokens=tuple(order.tokens[0] for order in own)) for own in films.values())
    return tuple(sorted(made, key=lambda order: order.tokens))


def _identity(one: Stimulus, source: Source | None, plan: Plan, qp: int) -> str:
    drawn = one.kind if source is None else ""
    parts = [settings.VERSION, _libraries(), source.sha256 if source else "", drawn, one.seconds, one.excerpt,
             one.until, one.spoil, one.press, plan.rate, plan.canvas, qp]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _libraries() -> str:
    from metrics.clip_facts import decoder_version

    return decoder_version()


def by_token(films: Mapping[str, Made], every: Sequence[Order]) -> dict[str, Made]:
    """What is known of each file, by token, sorted.

    Args:
        films: by the identity of their orders.
        every: the orders; those without a film are left out.
    """
    return dict(sorted((token, films[order.identity]) for order in every
                       for token in order.tokens if order.identity in films))
