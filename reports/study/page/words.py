"""Numbers and names of a study in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.study.estimate import Estimate
from reports.study.pairs import Planned
from reports.text import DASH

MINUS = "\N{MINUS SIGN}"
_LEAST_P = 0.001
_TOLD = {"confirmed": "as expected", "reversed": "the other way round", "open": "not told apart"}
_TOO_FEW = "with too few prompts to tell"
VERDICTS = (*_TOLD.values(), _TOO_FEW)
"""What a planned comparison comes to."""


@dataclass(frozen=True, slots=True)
class Names:
    """What systems and raters are called on the page, by token or digest."""

    systems: Mapping[str, str]
    raters: Mapping[str, str]

    def of(self, system: str) -> str:
        """Name a system."""
        return self.systems.get(system, system)

    def rater(self, digest: str) -> str:
        """Name a rater."""
        return self.raters.get(digest, digest)

    def text(self, sentence: str) -> str:
        """Put names into a sentence that speaks in tokens."""
        for token, name in self.systems.items():
            sentence = sentence.replace(token, name)
        return sentence


def shortened(names: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Take what all names end in, such as ``(tiny backbone)``, away from them; return it too."""
    ends = {name[name.rfind(" ("):] for name in names.values() if name.endswith(")") and " (" in name}
    plain = [name for name in names.values() if not (name.endswith(")") and " (" in name)]
    if len(ends) != 1 or plain:
        return dict(names), ""
    (end,) = ends
    return {token: name.removesuffix(end) for token, name in names.items()}, end[2:-1]


def percent(value: float) -> str:
    """Write a share: ``62 %``."""
    return f"{100 * value:.0f} %"


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign, ``0`` without one."""
    text = f"{abs(value):.{digits}f}"
    return text if not float(text) else ("+" if value > 0 else MINUS) + text


def share(found: Estimate | None) -> str:
    """Write a share with its limits: ``62 % [55, 68]``; the reason stands elsewhere where there are none."""
    if found is None:
        return DASH
    if found.low is None or found.high is None:
        return percent(found.value)
    return f"{percent(found.value)} [{100 * found.low:.0f}, {100 * found.high:.0f}]"


def figure(found: Estimate | None, digits: int = 2) -> str:
    """Write a number with its limits: ``+0.42 [+0.11, +0.73]``."""
    if found is None:
        return DASH
    if found.low is None or found.high is None:
        return signed(found.value, digits)
    return f"{signed(found.value, digits)} {interval(found.low, found.high, digits)}"


def interval(low: float, high: float, digits: int = 2) -> str:
    """Write limits."""
    return f"[{signed(low, digits)}, {signed(high, digits)}]"


def p_value(p: float) -> str:
    """Write a p: three decimals, ``< 0.001`` below."""
    return "< 0.001" if p < _LEAST_P else f"{p:.3f}"


def verdict(found: Planned) -> str:
    """Say what a planned comparison came to, one of ``VERDICTS``."""
    few = found.verdict == "open" and found.duel.prompts < found.least
    return _TOO_FEW if few else _TOLD[found.verdict]
