"""What all tests share."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Spare garbage collections what the imports left.

    Some tests collect several times over, and each collection would look at every module there is.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let everything be torn down in order."""
    gc.unfreeze()
