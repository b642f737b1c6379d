"""Tasks for worker processes; in a module of their own, because workers import them by name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def act(task: str) -> str:
    """Do what the task's first word says."""
    verb, _, argument = task.partition(" ")
    if verb == "raise":
        raise ValueError(argument)
    if verb == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "exit":
        os._exit(int(argument))
    if verb == "sleep":
        time.sleep(float(argument))
    if verb == "abandon":  # dies at once and leaves a program running
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], process_group=0)
        Path(argument).write_text(str(child.pid))
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "spawn":  # a grandchild that would go on for long, as a program of an adapter might
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], process_group=0)
        Path(argument).write_text(str(child.pid))
        time.sleep(1000)
    if verb == "threads":
        import cv2

        return f"{os.environ['OMP_NUM_THREADS']} {cv2.getNumThreads()}"
    if verb == "pid":
        return str(os.getpid())
    return f"{verb} done"
