"""The variables that an author's program sees: a short list of the caller's, those declared, the user's own.

``PYTHONPATH``, ``PYTHONHOME``, ``VIRTUAL_ENV``, ``CONDA_*``, ``LOCAL_RANK`` and all others stay behind: they
would mix this environment into the program's, or make it believe that it is one of many processes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from generators.native.declaration import Declaration
from generators.native.settings import MethodSettings

ALLOWED = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "CUDA_HOME",
    "CUDA_PATH",
    "CUDA_DEVICE_ORDER",
    "NVIDIA_VISIBLE_DEVICES",
    "XDG_CACHE_HOME",
    "HF_HOME",
    "HF_HUB_OFFLINE",
    "TORCH_HOME",
)
"""Taken over from the caller where they are set."""


def gpu(settings: MethodSettings, caller: Mapping[str, str] | None = None) -> str:
    """The one device for ``CUDA_VISIBLE_DEVICES``: the settings' own, else the caller's first, else 0."""
    seen = (os.environ if caller is None else caller).get("CUDA_VISIBLE_DEVICES", "")
    return settings.gpu or seen.split(",")[0].strip() or "0"


def variables(
    declaration: Declaration, settings: MethodSettings, caller: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Everything that the program sees.

    Args:
        declaration: whose ``set_variables`` are added.
        settings: whose ``env`` wins over all others.
        caller: the caller's variables; None for this process's.
    """
    caller = os.environ if caller is None else caller
    found = {name: caller[name] for name in ALLOWED if name in caller}
    if own := caller.get("VIRTUAL_ENV"):
        found["PATH"] = os.pathsep.join(
            place for place in found.get("PATH", "").split(os.pathsep) if not Path(place).is_relative_to(own)
        )
    return {
        **found,
        **dict(declaration.environment.set_variables),
        "CUDA_VISIBLE_DEVICES": gpu(settings, caller),
        **settings.env,
    }
