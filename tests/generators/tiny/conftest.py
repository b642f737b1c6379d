"""One thread for small tensors, and a few rendered clips that the codec's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from generators.contract import Frames
from generators.tiny.codec import TinyCodec
from generators.tiny.train_codec import fit_basis
from tests.generators.tiny.small import films


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def seen() -> list[Frames]:
    """Nine clips of 9 frames, one of every kind of scene."""
    return films("train", 9)


@pytest.fixture(scope="session")
def linear(seen: list[Frames]) -> TinyCodec:
    """A codec with its linear half only; not to be changed."""
    return fit_basis(seen)
