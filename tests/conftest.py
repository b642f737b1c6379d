"""What all tests share."""

from __future__ import annotations

import gc
import os

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    # before anything imports torch: two workers with two threads each get in each other's way on two cores
    os.environ.setdefault(_name, "1")


def pytest_collection_finish() -> None:
    """Spare garbage collections what the imports left.

    Some tests collect several times over, and each collection would look at every module there is.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let everything be torn down in order."""
    gc.unfreeze()
