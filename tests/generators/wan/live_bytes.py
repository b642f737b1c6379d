"""How many bytes a computation holds at once, without computing: the meta device stores nothing."""

from __future__ import annotations

import weakref
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class LiveBytes(TorchDispatchMode):
    """Counts the storages that operations create, until nothing refers to them any more.

    What was there before does not count. A kernel's own workspace is not seen. Gradients must be off by
    ``no_grad``: in inference mode composite operations are not taken apart, and what they make is missed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        """Bytes alive."""
        self.peak = 0
        """Most bytes alive at once."""
        self._known: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = {_of(tensor) for tensor in tree_leaves((args, kwargs)) if isinstance(tensor, Tensor)}
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and _of(tensor) not in given | self._known:
                self._add(tensor)
        self.peak = max(self.peak, self.now)
        return made

    def _add(self, tensor: Tensor) -> None:
        storage, key = tensor.untyped_storage(), _of(tensor)
        self._known.add(key)
        self.now += storage.nbytes()
        weakref.finalize(storage, self._drop, key, storage.nbytes())

    def _drop(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size

    def step(self) -> int:
        """Most bytes since the last step, which begins anew from what is alive."""
        peak, self.peak = self.peak, self.now
        return peak


def _of(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata
