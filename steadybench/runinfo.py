"""``run.json``: with what, on what kind of machine and under which settings the numbers were made."""

from __future__ import annotations

import json
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from metrics.types import Json
from steadybench import __version__, atomic
from steadybench.records import identity_json
from steadybench.wanted import Wanted

FILE = "run.json"

PACKAGES = (
    "av",
    "click",
    "jinja2",
    "numpy",
    "opencv-python-headless",
    "pandas",
    "pyarrow",
    "pyyaml",
    "scikit-image",
    "scipy",
    "statsmodels",
    "torch",
    "torchvision",
)


def describe(
    command: Sequence[str],
    settings: Mapping[str, Json],
    wanted: Wanted,
    notices: Sequence[str],
    about: Mapping[str, Json],
) -> dict[str, Json]:
    """Collect everything that a reader needs to repeat the run; holds no clock and no host name.

    ``about`` is what is known of where the clips come from: ``asked`` and ``methods``.
    """
    return {
        "steadybench": __version__,
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "decoder": _decoder(),
        "settings": dict(settings),
        "identities": {
            identity.digest: {**identity_json(identity), "mask_source": source}
            for source, named in sorted(wanted.identities.items())
            for identity in named.values()
        },
        "machine": {
            "system": platform.system(),
            "release": platform.release(),
            "architecture": platform.machine(),
            "cpus": os.cpu_count(),
        },
        "command": shlex.join(command),
        "notices": list(notices),
        **about,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _decoder() -> dict[str, Json]:
    import av

    libraries: dict[str, Json] = {
        name: ".".join(map(str, number)) for name, number in av.library_versions.items()
    }
    return {"name": "PyAV", "version": av.__version__, "libraries": libraries}


def save(body: Mapping[str, Json], out: Path) -> None:
    """Write ``run.json``."""
    atomic.write_text(out / FILE, json.dumps(body, indent=1, sort_keys=True, allow_nan=False) + "\n")


def load(out: Path) -> dict[str, Json]:
    """Read ``run.json``; empty where it is missing, since tables and report do without it."""
    try:
        body = json.loads((out / FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}
