"""The command ``steadybench plan``."""

from __future__ import annotations

import json
from collections.abc import Callable

from steadybench.outlook.facts import facts
from steadybench.outlook.outlook import look_ahead
from steadybench.outlook.rows import Wish
from steadybench.outlook.told import lines
from steadybench.studio import Studio


def show(title: str, wish: Wish, studio: Studio, say: Callable[[str], None], *, as_json: bool) -> int:
    """Print a plan. Returns the exit code.

    Raises:
        InputError: a row is named twice.
    """
    plan = look_ahead(title, wish, studio)
    for line in [json.dumps(facts(plan), indent=1, allow_nan=False)] if as_json else lines(plan):
        say(line)
    return plan.exit_code
