"""Which kind of scene a prompt is, where it is one of a built-in suite."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prompts.loader import available_suites, load_suite
from prompts.types import REGIMES, Regime
from reports.site.site import Scene


@dataclass(frozen=True, slots=True)
class Scenery:
    """Kinds of scene in a report: how the material moves, as the suite says."""

    regimes: tuple[str, ...] = ()
    """Their names, in the suite's order; fewer than two are no choice and not told."""
    of: Mapping[str, int] = field(default_factory=dict)
    """Place among ``regimes`` of each prompt that is known."""


def scenery(scenes: Sequence[Scene]) -> Scenery:
    """Look prompts up by id and text; one that says something else under a known id is not known."""
    known = _known()
    found = {scene.prompt_id: known[scene.prompt_id, text] for scene in scenes for text in scene.texts
             if len(scene.texts) == 1 and (scene.prompt_id, text) in known}
    regimes = [regime for regime in REGIMES if regime in found.values()]
    if len(regimes) < 2:
        return Scenery()
    return Scenery(tuple(regime.replace("_", " ") for regime in regimes),
                   {prompt: regimes.index(regime) for prompt, regime in found.items()})


@functools.cache
def _known() -> dict[tuple[str, str], Regime]:
    return {(prompt.id, prompt.text): prompt.regime
            for name in available_suites() for prompt in load_suite(name).prompts}
