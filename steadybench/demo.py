"""The whole bench in a few minutes: eight methods on a small network, or rendered scenes without one."""

from __future__ import annotations

import importlib.util
import os
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prompts.types import Regime
from steadybench.errors import InputError
from steadybench.execute import Limits
from steadybench.measurer import task_axes
from steadybench.plan import Format
from steadybench.progress import Progress, Say
from steadybench.run import RunRequest, choose_prompts, run_suite
from steadybench.score import Order, Summary
from steadybench.studio import Adapters

Specs = Sequence[tuple[str, Mapping[str, str]]]

NEEDED = ("torch", "safetensors")
"""Packages that the methods need, and rendered scenes do not."""


@dataclass(frozen=True, slots=True)
class Show:
    """What a demo makes."""

    title: str
    methods: Specs
    regimes: tuple[Regime, ...]
    """One prompt of each."""
    shape: Format
    overlaid: str = ""
    """Two methods whose clips of the first prompt get overlays for the pair view, like ``a,b``."""


METHODS = Show(
    title="Demo: eight methods on the tiny backbone",
    methods=[
        (spec, {"backbone": "tiny"})
        for spec in (
            "steady-forcing",
            "causvid",
            "self-forcing:long",  # engine-native ends after 5 s
            "rolling-forcing",
            "longlive",
            "infinite-forcing",
            "reward-forcing",
            "causal-forcing",
        )
    ],
    regimes=("channel_flow", "falling_water", "oscillating_water", "combustion"),
    shape=Format(seconds=30.0),
    overlaid="steady-forcing,self-forcing",
)

ONSET_S = 5
DIALS = ("drift", "stagnation", "replay", "hardening", "blur", "boiling")
"""Failures that begin at :data:`ONSET_S`; the clean clips are the reference."""

RENDERED = Show(
    title="Demo: rendered scenes that fail on purpose",
    methods=[("procedural:clean", {}), *((f"procedural:{dial}@{ONSET_S}", {}) for dial in DIALS)],
    regimes=("channel_flow", "combustion"),
    shape=Format(seconds=12.0, fps=16.0, size=(416, 240)),
)


def run_demo(show: Show, out: Path, jobs: int, command: Sequence[str], say: Progress) -> Summary:
    """Make, score and report a demo into ``out``.

    Raises:
        SteadybenchError: with an exit code and a message for people.
    """
    if show is METHODS:
        check_packages()
    prompts = prompt_ids(show.regimes)
    request = RunRequest(
        title=show.title,
        suite=choose_prompts("fixed_camera", prompts, None),
        methods=show.methods,
        seeds=(0,),
        shape=show.shape,
        making=Limits(jobs),
    )
    pairs = (f"{show.overlaid}@{prompts[0]}",) if show.overlaid else ()
    order = Order(out, command, Limits(jobs), pairs=pairs)
    return run_suite(request, Adapters(), task_axes("dis", None), order, say)


def check_packages() -> None:
    """See that what the methods need is installed, without importing it.

    Raises:
        InputError: says what to install, and what works without.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"The demo runs eight methods on a small network and needs {' and '.join(missing)}: "
            "pip install 'steadybench[engine]'. Without that, steadybench demo --rendered shows the bench on "
            "rendered scenes."
        )


def prompt_ids(regimes: Sequence[Regime]) -> list[str]:
    """Ids of the first prompt of each regime."""
    suite = choose_prompts("fixed_camera", None, None)
    first = {prompt.regime: prompt.id for prompt in reversed(suite.prompts)}
    missing = [regime for regime in regimes if regime not in first]
    if missing:
        raise InputError(f"The built-in suite has no prompt of {', '.join(missing)}.")
    return [first[regime] for regime in regimes]


def show_page(index: Path, say: Say) -> None:
    """Open a page in a browser where there is a screen; one in the terminal is never started."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not screen or not webbrowser.open(index.resolve().as_uri()):
        say("There is no browser to open; open this page yourself:")
