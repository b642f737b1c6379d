"""Backbones by name; the module behind a name is imported when the backbone is loaded."""

from __future__ import annotations

import difflib
import importlib
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from generators.contract import GeneratorError

if TYPE_CHECKING:
    import torch

    from generators.engine.backbone import Backbone

DEFAULT = "tiny"

LOADERS = MappingProxyType({"tiny": "generators.tiny.backbone:load"})
"""Name and ``module:function``; the function takes a ``torch.device`` and gives a :class:`Backbone`."""

WITHOUT_WEIGHTS = frozenset({"wan2.1-1.3b"})
"""Backbones that the network class can hold and whose published weights cannot be loaded yet."""


def check_name(name: str) -> None:
    """Refuse a backbone that cannot be loaded.

    Raises:
        GeneratorError: unknown name, with near ones, or a backbone without weights.
    """
    if name in LOADERS:
        return
    usable = ", ".join(LOADERS)
    if name in WITHOUT_WEIGHTS:
        raise GeneratorError(f"backbone {name!r}: its weights cannot be loaded yet; expected {usable}")
    near = difflib.get_close_matches(name, (*LOADERS, *WITHOUT_WEIGHTS), n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise GeneratorError(f"unknown backbone {name!r}; {hint}expected {usable}")


@lru_cache(maxsize=1)
def load_backbone(name: str, device: torch.device) -> Backbone:
    """Load a backbone; the last one is kept, so that the methods of a process share its weights.

    Raises:
        GeneratorError: unknown backbone, or weights that are missing or damaged.
    """
    check_name(name)
    module, _, function = LOADERS[name].partition(":")
    return cast("Backbone", getattr(importlib.import_module(module), function)(device))
