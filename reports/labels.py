"""What a method is called: its name, and whatever tells it from others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.gather import Setup, Shot, setup_of

NATIVE = "native"
"""The configuration for which a method's bare name may stand."""

_CAVEATS = {
    "tiny": (
        "What is marked “tiny backbone” runs a method's memory rule on a small network that comes with this "
        "project; it says nothing about the published checkpoints of that name."
    )
}
"""What a reader must know about a backbone, by its name."""


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
    """
    setups = sorted({setup_of(shot.entry) for shot in shots})
    configurations: dict[str, set[str]] = defaultdict(set)
    for method, configuration, _ in setups:
        configurations[method].add(configuration)
    found = {setup: _label(setup, single=len(configurations[setup[0]]) == 1) for setup in setups}
    return _told_apart(found)


def _label(setup: Setup, *, single: bool) -> Label:
    method, configuration, backbone = setup
    if single and configuration == NATIVE and method:
        return Label(row_name(method, "", backbone), (NATIVE,))
    return Label(row_name(*setup), ())


def _told_apart(found: Mapping[Setup, Label]) -> dict[Setup, Label]:
    """Number names that came out alike, such as of a method ``a:b`` and of method ``a`` set to ``b``."""
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
    """Say what must be known about the backbones of these clips, each once."""
    backbones = {setup_of(shot.entry)[2] for shot in shots}
    return tuple(sentence for backbone, sentence in _CAVEATS.items() if backbone in backbones)
