"""What a method is called: its name, and whatever tells it from others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reports.gather import Setup, Shot, setup_of

NATIVE = "native"
"""The configuration for which a method's bare name may stand."""

ENGINE_NATIVE, COMMON = "engine-native", "common"

TINY = "tiny"
"""The backbone that comes with this project."""
_OF_TINY = (
    "What is marked “tiny backbone” runs a method's memory rule on a small network that comes with this "
    "project; it says nothing about the published checkpoints of that name."
)
_ALL_TINY = (
    "Everything here was made on the tiny backbone: a method's memory rule on a small network that comes "
    "with this project. It says nothing about the published checkpoints of that name."
)
"""The same where no other backbone is near, so that names may leave it out."""
_OF_COMMON = (
    "Rows of the configuration “common” run all methods' weights under one memory rule, which is inferred: a "
    "benchmark recorded block, steps and shift, and neither window nor sinks, averaging or flushes. They "
    "compare weights, and say nothing about the methods' own rules."
)
_OF_BOTH = (
    "“native” is the authors' program as they ship it; “engine-native” carries the same settings out on this "
    "project's engine, with other random numbers, rounding and decoding. One prompt and seed give two "
    "different clips, so the two can be compared over many clips only, and a difference may lie in either "
    "program."
)
_OF_WEIGHTS = (
    "Rows of one name that end in weights or a revision were made with different weights, or by different "
    "versions of a program; they are never pooled."
)
_SHORT = 8
"""Digits of a digest or commit that a name shows."""


@dataclass(frozen=True, slots=True)
class Label:
    """How a setup is called on every page."""

    text: str
    more: tuple[str, ...]
    """What else is known of it: the configuration where the bare name stands for it."""

    @property
    def full(self) -> str:
        """Everything in one line."""
        return " · ".join(part for part in (self.text, *self.more) if part)


def row_name(method: str, configuration: str, backbone: str) -> str:
    """Write ``self-forcing:long (tiny backbone)``; parts that are empty or ``none`` are left out."""
    name = ":".join(part for part in (method, configuration) if part)
    network = f"({backbone} backbone)" if backbone not in {"", "none"} else ""
    return " ".join(part for part in (name, network) if part)


def labels(shots: Iterable[Shot]) -> Mapping[Setup, Label]:
    """Name each setup, no two alike.

    The backbone is always told. The configuration is too, unless it is ``native`` and the method's only one.
    Weights and revision are told where names would be alike without them.
    """
    setups = sorted({setup_of(shot.entry) for shot in shots})
    configurations: dict[str, set[str]] = defaultdict(set)
    for setup in setups:
        configurations[setup.method].add(setup.configuration)
    found = {setup: _label(setup, single=len(configurations[setup.method]) == 1) for setup in setups}
    return _numbered(_told_apart(found))


def _label(setup: Setup, *, single: bool) -> Label:
    if single and setup.configuration == NATIVE and setup.method:
        return Label(row_name(setup.method, "", setup.backbone), (NATIVE,))
    return Label(row_name(setup.method, setup.configuration, setup.backbone), ())


def _told_apart(found: Mapping[Setup, Label]) -> dict[Setup, Label]:
    """Add weights and revision to names that came out alike, as far as these differ."""
    alike: dict[str, list[Setup]] = defaultdict(list)
    for setup, label in found.items():
        alike[label.text].append(setup)
    named = {}
    for setup, label in found.items():
        twins = alike[label.text]
        told = [
            f"{name} {value[:_SHORT] or 'not stated'}"
            for name, value, values in (
                ("weights", setup.weights_digest, {twin.weights_digest for twin in twins}),
                ("revision", setup.revision, {twin.revision for twin in twins}),
            )
            if len(values) > 1
        ]
        text = " ".join(filter(None, (label.text, f"[{', '.join(told)}]" if told else "")))
        named[setup] = Label(text, label.more)
    return named


def _numbered(found: Mapping[Setup, Label]) -> dict[Setup, Label]:
    """Number names that are still alike, such as of a method ``a:b`` and of method ``a`` set to ``b``."""
    times, seen = Counter(label.text for label in found.values()), Counter[str]()
    named = {}
    for setup, label in found.items():
        text = label.text
        if times[text] > 1:
            seen[text] += 1
            while times[f"{text} #{seen[text]}"]:
                seen[text] += 1
            text = f"{text} #{seen[text]}"
        named[setup] = Label(text, label.more)
    return named


def caveats(shots: Iterable[Shot]) -> tuple[str, ...]:
    """Say what must be known about the backbones and configurations of these clips, each once."""
    return caveats_of({setup_of(shot.entry) for shot in shots})


def caveats_of(setups: Collection[Setup]) -> tuple[str, ...]:
    """Say the same of setups, no two of them alike."""
    backbones = {setup.backbone for setup in setups}
    kinds = [(setup.method, _kind(setup.configuration)) for setup in setups]
    both = {method for method, kind in kinds if kind == NATIVE}
    told = [_ALL_TINY if backbones == {TINY} else _OF_TINY] if TINY in backbones else []
    if any(kind == COMMON for _, kind in kinds):
        told.append(_OF_COMMON)
    if any(method in both for method, kind in kinds if kind == ENGINE_NATIVE):
        told.append(_OF_BOTH)
    if len({setup[:3] for setup in setups}) < len(setups):
        told.append(_OF_WEIGHTS)
    return tuple(told)


def _kind(configuration: str) -> str:
    """The configuration without its options; every variant of an author's program is ``native``."""
    name = configuration.partition("+")[0]
    return NATIVE if name.startswith(f"{NATIVE}-") else name
