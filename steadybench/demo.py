"""The whole bench in a minute: rendered scenes that fail on purpose, beside the same scenes that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from prompts.types import Regime
from steadybench.errors import InputError
from steadybench.execute import Limits
from steadybench.measurer import task_axes
from steadybench.plan import Format
from steadybench.progress import Progress
from steadybench.run import RunRequest, choose_prompts, run_suite
from steadybench.score import Order, Summary
from steadybench.studio import Adapters

ONSET_S = 5
DIALS = ("drift", "stagnation", "replay", "hardening", "blur", "boiling")
"""Failures that begin at :data:`ONSET_S`; the clean clips are the reference."""
SHAPE = Format(seconds=12.0, fps=16.0, size=(416, 240))
REGIMES: tuple[Regime, ...] = ("channel_flow", "combustion")
"""One prompt of each: water and fire."""


def run_demo(out: Path, jobs: int, command: Sequence[str], say: Progress) -> Summary:
    """Render, score and report the demo into ``out``.

    Raises:
        SteadybenchError: with an exit code and a message for people.
    """
    suite = choose_prompts("fixed_camera", prompt_ids(), None)
    request = RunRequest(
        title="Demo: rendered scenes that fail on purpose",
        suite=suite,
        methods=methods(),
        seeds=(0,),
        shape=SHAPE,
        making=Limits(jobs),
    )
    order = Order(out, command, Limits(jobs))
    summary = run_suite(request, Adapters(), task_axes("dis", None), order, say)
    say("Open the report in a browser:")
    return summary


def methods() -> list[tuple[str, Mapping[str, str]]]:
    """Specs of the clean reference and of one method a dial."""
    return [("procedural:clean", {}), *((f"procedural:{dial}@{ONSET_S}", {}) for dial in DIALS)]


def prompt_ids() -> list[str]:
    """Ids of the first prompt of each regime of the demo."""
    suite = choose_prompts("fixed_camera", None, None)
    first = {prompt.regime: prompt.id for prompt in reversed(suite.prompts)}
    missing = [regime for regime in REGIMES if regime not in first]
    if missing:
        raise InputError(f"The built-in suite has no prompt of {', '.join(missing)}.")
    return [first[regime] for regime in REGIMES]
