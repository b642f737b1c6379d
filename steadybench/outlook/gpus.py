"""GPUs as their maker publishes them: memory, bandwidth, and the dense bfloat16 peak of the tensor cores.

The peak is with accumulation in float32, without sparsity, at boost clock. Nothing reaches it; a time made of
it is a floor. Sources are NVIDIA's data sheets and architecture papers of each card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from steadybench.errors import InputError

GIB = 2**30
USABLE = 0.92
"""Share of a card's memory that is counted on. Error correction and the driver take up to 7 % (an L40S of
48 GiB offers 44.5), and so does the context that PyTorch makes."""

_MAKERS = frozenset({"nvidia", "geforce", "tesla", "generation", "gpu"})


@dataclass(frozen=True, slots=True)
class Card:
    """One GPU."""

    name: str
    """What ``--gpu`` calls it."""
    gib: int
    """Memory as published."""
    tflops: float
    """Dense bfloat16, 1e12 FLOPs a second."""
    gbps: int
    """Memory bandwidth, 1e9 bytes a second."""
    source: str
    also: frozenset[str] = frozenset()
    """Words that its name may hold besides those of ``name``, as drivers write it."""

    @property
    def usable(self) -> int:
        """Bytes of memory to count on."""
        return int(USABLE * self.gib * GIB)

    @property
    def words(self) -> frozenset[str]:
        """Words of its name."""
        return _words(self.name)

    def floor_s(self, flops: int, moved: int) -> float:
        """Seconds that so many FLOPs and bytes take at the least, whichever takes longer."""
        return max(flops / (self.tflops * 1e12), moved / (self.gbps * 1e9))


def _card(name: str, gib: int, tflops: float, gbps: int, source: str, also: str = "") -> Card:
    return Card(name, gib, tflops, gbps, source, frozenset(also.split()))


_ADA = "NVIDIA Ada GPU Architecture, version 2, appendix"
_AMPERE = "NVIDIA Ampere GA102 GPU Architecture, appendix"
_A100 = "NVIDIA A100 Tensor Core GPU data sheet"
_H100 = "NVIDIA H100 Tensor Core GPU data sheet; dense is half of the figure with sparsity"
_H200 = "NVIDIA H200 Tensor Core GPU data sheet; dense is half of the figure with sparsity"

CARDS: tuple[Card, ...] = (
    _card("RTX 3090", 24, 71.0, 936, _AMPERE, "24gb"),
    _card("RTX 4090", 24, 165.2, 1008, _ADA, "24gb"),
    _card("RTX 5090", 32, 209.5, 1792, "NVIDIA RTX Blackwell GPU Architecture, appendix", "32gb"),
    _card("RTX A6000", 48, 154.8, 768, _AMPERE, "48gb"),
    _card("RTX 6000 Ada", 48, 364.2, 960, "NVIDIA RTX 6000 Ada data sheet and Ada paper", "48gb"),
    _card("L4", 24, 121.0, 300, "NVIDIA L4 data sheet; dense is half of the figure with sparsity", "24gb"),
    _card("L40S", 48, 362.05, 864, "NVIDIA L40S data sheet", "48gb"),
    _card("A100 40GB", 40, 312.0, 1555, _A100, "pcie sxm sxm4"),
    _card("A100 80GB PCIe", 80, 312.0, 1935, _A100),
    _card("A100 80GB SXM", 80, 312.0, 2039, _A100, "sxm4"),
    _card("H100 PCIe", 80, 756.5, 2000, _H100, "80gb hbm2e"),
    _card("H100 SXM", 80, 989.4, 3350, _H100, "80gb hbm3 sxm5"),
    _card("H100 NVL", 94, 835.5, 3900, _H100, "94gb"),
    _card("H200", 141, 989.4, 4800, _H200, "141gb sxm sxm5 hbm3e"),
    _card("H200 NVL", 141, 835.5, 4800, _H200, "141gb"),
    _card("B200", 180, 2250.0, 8000, "NVIDIA DGX B200 data sheet, an eighth of it", "180gb sxm sxm6"),
)


def find(text: str) -> Card:
    """The card that a user or a driver means.

    Raises:
        InputError: none or several; says which there are.
    """
    found = matches(text)
    if len(found) == 1:
        return found[0]
    names = ", ".join(card.name for card in found or CARDS)
    told = "is more than one" if found else "is not in the table"
    raise InputError(f"--gpu {text!r} {told}; expected one of: {names}. Without --gpu no floor is told.")


def matches(text: str) -> tuple[Card, ...]:
    """Cards whose name may be written like this; one whose own words these are stands alone."""
    words = _words(text)
    fitting = tuple(card for card in CARDS if words and words <= card.words | card.also)
    exact = tuple(card for card in fitting if card.words == words)
    return exact or fitting


def smallest(need: int) -> Card | None:
    """The card with the least memory that holds so many bytes; None where none does."""
    fitting = [card for card in CARDS if card.usable >= need]
    return min(fitting, key=lambda card: (card.gib, card.tflops), default=None)


def _words(text: str) -> frozenset[str]:
    """Words of a name in small letters; ``RTX4090`` is two of them, ``H100`` one."""
    apart = re.sub(r"(?<=rtx)(?=\w)", " ", text.lower())
    return frozenset(re.findall(r"[a-z0-9]+", apart)) - _MAKERS
