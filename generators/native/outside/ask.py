"""Tell what a Python environment holds: ``python ask.py MODULE...`` prints one line of JSON.

Runs in the program's own environment and knows nothing of ours. A module counts as there if it can be
imported, for an extension built for another PyTorch is found and then fails.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import tempfile

MARK = "STEADYBENCH-ENVIRONMENT "


def failure(name: str) -> str:
    """Why a module cannot be imported; empty if it can."""
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return ""


def video_failure() -> str:
    """Why torchvision cannot write a video of two frames; empty if it can.

    PyAV is needed only when a video is written, and its versions from 14 on fail with older torchvision: a
    program would tell that after the whole clip has been made.
    """
    try:
        import torch

        write = importlib.import_module("torchvision.io").write_video
        with tempfile.TemporaryDirectory() as folder:
            write(os.path.join(folder, "a.mp4"), torch.zeros(2, 32, 32, 3), fps=16)  # noqa: PTH118
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return ""


def answer(modules: list[str]) -> dict[str, object]:
    """Versions, what is missing and why, and the GPU."""
    missing = {name: why for name in modules if (why := failure(name))}
    found: dict[str, object] = {"python": platform.python_version(), "missing": missing}
    if failure("torch"):
        return found
    import torch

    found["torch"], found["torch_cuda"] = torch.__version__, torch.version.cuda or ""
    found["gpu"], found["gpu_bytes"], found["gpu_generation"] = "", 0, 0
    try:
        if torch.cuda.is_available():
            found["gpu"] = torch.cuda.get_device_name(0)
            found["gpu_bytes"] = torch.cuda.get_device_properties(0).total_memory
            found["gpu_generation"] = torch.cuda.get_device_capability(0)[0]
    except Exception as error:  # noqa: BLE001
        found["gpu_fault"] = f"{type(error).__name__}: {error}"
    found["video_fault"] = video_failure()
    return found


if __name__ == "__main__":
    sys.stdout.write("\n" + MARK + json.dumps(answer(sys.argv[1:])) + "\n")
