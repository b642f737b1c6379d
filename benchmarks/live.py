"""Bytes that tensors take while code runs, counted operation by operation; on the meta device too.

On the meta device nothing is computed or allocated, so a network of any size is measured in seconds. What a
kernel takes inside itself is not seen; fused attention is stood in for by what it allocates on a GPU.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class LiveBytes(TorchDispatchMode):
    """Bytes of the storages that were made inside the context and are still referred to.

    What was there before does not count. Gradients must be off by ``no_grad``: in inference mode composite
    operations are not taken apart, and what they make is missed.

    Attributes:
        now: bytes alive.
        peak: most that was alive at once.
        made: bytes of everything that was made, whether or not it still lives.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.peak = self.made = 0
        self._size: dict[int, int] = {}
        self._users: Counter[int] = Counter()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(_FusedAttention())
        super().__enter__()  # type: ignore[no-untyped-call]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)  # type: ignore[no-untyped-call]
        self._stack.close()

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        given = {_storage(found) for found in tree_leaves((args, kwargs)) if isinstance(found, Tensor)}
        out = func(*args, **(kwargs or {}))
        for found in tree_leaves(out):
            if isinstance(found, Tensor):
                self._note(found, given)
        return out

    def step(self) -> int:
        """Most bytes at once since the last step; the next one begins with what is alive."""
        peak, self.peak = self.peak, self.now
        return peak

    def _note(self, tensor: Tensor, given: set[int]) -> None:
        key = _storage(tensor)
        if key not in self._size:
            if key in given:
                return  # a view of what was there before
            size = tensor.untyped_storage().nbytes()
            self._size[key] = size
            self.now += size
            self.made += size
            self.peak = max(self.peak, self.now)
        self._users[key] += 1
        weakref.finalize(tensor, self._gone, key).atexit = False

    def _gone(self, key: int) -> None:
        self._users[key] -= 1
        if not self._users[key]:
            del self._users[key]
            self.now -= self._size.pop(key)


class _FusedAttention(TorchFunctionMode):
    """Flash attention as it allocates on a GPU: its result, laid out as the queries are, and a sum a row.

    With a mask or a bias it is taken apart into its steps, because not every kernel takes one.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        biased = len(args) > 3 or (kwargs or {}).get("attn_mask") is not None
        if func is not F.scaled_dot_product_attention or biased or not args[0].is_meta:
            return func(*args, **(kwargs or {}))
        query = args[0]
        sums = torch.empty(query.shape[:3], dtype=torch.float32, device=query.device)
        mixed = torch.empty_like(query)
        del sums
        return mixed


def _storage(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)  # noqa: SLF001
