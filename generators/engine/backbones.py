"""Backbones by name; the module behind a name is imported when the backbone is asked for."""

from __future__ import annotations

import difflib
import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from generators.contract import GeneratorError

if TYPE_CHECKING:
    import torch

    from generators.engine.backbone import Backbone
    from generators.engine.blueprint import Source, Weights

DEFAULT = "tiny"

SOURCES = MappingProxyType(
    {"tiny": "generators.tiny.source:SOURCE", "wan2.1-1.3b": "generators.wan.source:SOURCE"}
)
"""Name and ``module:object``; the object is a :class:`generators.engine.blueprint.Source`."""

_held: dict[tuple[str, Weights, torch.device], Backbone] = {}


def check_name(name: str) -> None:
    """Refuse a backbone that there is not.

    Raises:
        GeneratorError: unknown name, with near ones.
    """
    if name in SOURCES:
        return
    near = difflib.get_close_matches(name, SOURCES, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise GeneratorError(f"unknown backbone {name!r}; {hint}expected {', '.join(SOURCES)}")


def source(name: str) -> Source:
    """The backbone of that name, nothing of it loaded.

    Raises:
        GeneratorError: unknown backbone.
    """
    check_name(name)
    module, _, attribute = SOURCES[name].partition(":")
    return cast("Source", getattr(importlib.import_module(module), attribute))


def load_backbone(name: str, weights: Weights, device: torch.device) -> Backbone:
    """Load a backbone; the last one is kept, so that methods with the same weights share them.

    Another one is let go first: two networks need not fit side by side.

    Raises:
        GeneratorError: unknown backbone, or weights that are missing or damaged.
    """
    key = (name, weights, device)
    if key not in _held:
        forget()
        _held[key] = source(name).load(weights, device)
    return _held[key]


def forget() -> None:
    """Let go of the backbone that is kept."""
    _held.clear()
