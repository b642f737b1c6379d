"""Panels by name. A module is imported when its panel is asked for, or listed."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from metrics.panel import PanelModule
from metrics.weights import offline

MODULES: dict[str, str] = {
    "vbench": "metrics.vbench.panel",
    "vbench_long": "metrics.vbench.long",
    "task_panel": "metrics.task_panel.panel",
    "lpips": "metrics.lpips_panel",
}
"""Name of a panel -> module that declares it; one line a panel, in reading order."""


def panel(name: str) -> PanelModule:
    """Import the module of a panel.

    Raises:
        ValueError: no panel has this name; the message lists those that exist.

    """
    if name not in MODULES:
        raise ValueError(f"panel: expected one of {', '.join(MODULES) or 'none yet'}; got {name!r}")
    offline.enforce()
    # A module with the right names at its top level; tests hold every entry against the protocol.
    return cast("PanelModule", import_module(MODULES[name]))
