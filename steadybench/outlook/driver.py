"""NVIDIA's driver, asked through its own program: quick, and without PyTorch."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from steadybench.outlook.gpus import Card, matches

_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Driver:
    """NVIDIA's driver."""

    version: str
    cards: tuple[str, ...]
    """Names of the GPUs that it drives."""


@cache
def ask_driver() -> Driver | None:
    """What the driver says; None where there is none, or none that answers."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    command = [program, "--query-gpu=driver_version,name", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WAIT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    rows = [line.partition(",") for line in done.stdout.splitlines() if "," in line]
    if done.returncode or not rows:
        return None
    return Driver(rows[0][0].strip(), tuple(name.strip() for _, _, name in rows))


def card_here(options: Iterable[Mapping[str, str]]) -> Card | None:
    """The GPU of this machine that rows ask for; None where they ask for none, or the table lacks it.

    Args:
        options: of every row; the first ``device=cuda`` or ``device=cuda:N`` decides.
    """
    devices = [each["device"] for each in options if each.get("device", "").startswith("cuda")]
    driver = ask_driver() if devices else None
    if driver is None:
        return None
    number = int((re.findall(r":(\d+)", devices[0]) or ["0"])[0])
    found = matches(driver.cards[number]) if number < len(driver.cards) else ()
    return found[0] if len(found) == 1 else None
