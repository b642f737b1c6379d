"""How long, at which rate and in which size clips are shown."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from steadybench.errors import InputError
from steadybench.study.model import Excerpt, Question
from steadybench.study.planning.candidates import FEWEST_S, Candidate
from steadybench.study.planning.request import Request
from steadybench.study.questions import LOOPS

if TYPE_CHECKING:
    from reports.gather import Setup

USUAL_S = 20.0
"""Longest clip that is shown whole unless asked otherwise (ITU-T P.910 uses 5 to 20 s)."""
END_S, GAP_S = 8.0, 1.0
"""Excerpt ``ends``: the first and the last window, and the grey between them."""
HIGHEST_RATE = 60
_SLACK_S = 1e-3


@dataclass(frozen=True, slots=True)
class Length:
    """What of a clip is shown."""

    seconds: float
    excerpt: Excerpt
    until: float = 0.0
    """See :class:`steadybench.study.model.Stimulus`."""

    @property
    def end(self) -> float:
        """Last second of the source that is shown."""
        return self.until or self.seconds


def asked(request: Request, candidates: Sequence[Candidate]) -> Length:
    """The excerpt of every pair whose clips are long enough.

    Clips of up to 20 s are shown whole, longer ones by their ends, unless the request says otherwise: the
    failures that this project looks for come late.

    Raises:
        InputError: more than 20 s were asked for without saying ``--excerpt full``, or less than 2 s.
    """
    longest = float(math.floor(max(one.seconds for one in candidates) + _SLACK_S))
    excerpt: Excerpt = request.excerpt or (
        "ends" if longest > USUAL_S and request.seconds is None else "full")
    usual = min(longest, 2 * END_S + GAP_S) if excerpt == "ends" else longest
    seconds = usual if request.seconds is None else request.seconds
    if seconds > USUAL_S and request.excerpt != "full":
        raise InputError(f"--seconds {seconds:g} makes trials longer than {USUAL_S:g} s, for which clips in "
                         "published practice are too long. Say --excerpt full if that is meant; sessions "
                         "then hold fewer trials. Or take --excerpt ends.")
    least = 2 * FEWEST_S + GAP_S if excerpt == "ends" else FEWEST_S
    if seconds < least:
        raise InputError(f"Clips of {seconds:g} s show nothing that could be judged: expected {least:g} s "
                         "or more.")
    return Length(seconds, excerpt)


def of_pair(pair: tuple[Candidate, Candidate], asked_for: Length) -> Length | None:
    """What is shown of both clips of a pair, cut to the shorter; None where that is less than 2 s."""
    common = min(one.seconds for one in pair) + _SLACK_S
    if asked_for.excerpt == "ends" and math.floor(common) > asked_for.seconds:
        return Length(asked_for.seconds, "ends", float(math.floor(common)))
    seconds = asked_for.seconds if common >= asked_for.seconds else float(math.floor(common))
    return Length(seconds, "full") if seconds >= FEWEST_S else None


def unseen(candidates: Sequence[Candidate], length: Length, questions: Sequence[Question]) -> Iterator[str]:
    """What of the clips raters will not see, and what that means for the questions."""
    longer = [one for one in candidates if one.seconds - length.seconds >= 1]
    if length.excerpt == "full" and longer:
        yield (f"{len(longer)} of {len(candidates)} clips go on after {length.seconds:g} s; nobody will see "
               "what happens there. To show it, say --excerpt ends, or --excerpt full without --seconds.")
    if length.excerpt == "ends" and any(question.id == LOOPS for question in questions):
        yield (f"Question {LOOPS} asks about all of a clip, and its middle is not shown. Plan it apart, with "
               "--excerpt full.")


def common_rate(candidates: Sequence[Candidate]) -> str:
    """Least rate of which every clip's is a whole part, as a fraction; empty where there is none up to 60."""
    rates = {one.rate for one in candidates}
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates) or not known:
        return ""
    multiple = Fraction(
        math.lcm(*(rate.numerator for rate in known)), math.gcd(*(rate.denominator for rate in known)))
    return str(multiple) if multiple <= HIGHEST_RATE else ""


def common_canvas(candidates: Sequence[Candidate]) -> tuple[int, int]:
    """The most common size, the larger of equally common ones, cut to even pixels."""
    counted = Counter(one.size for one in candidates)
    width, height = max(counted, key=lambda size: (counted[size], size[0] * size[1], size))
    return width - width % 2, height - height % 2


@dataclass(frozen=True, slots=True)
class Telling:
    """An attribute that cannot be made alike."""

    text: str
    setups: tuple[Setup, ...] = ()
    """Systems that it concerns; none for all."""

    def blind(self, systems: int) -> str:
        """One sentence that does not say which system it is: who knows the methods would recognise it."""
        return f"{len(self.setups)} of {systems} systems: {self.text}" if self.setups else self.text

    def named(self, labels: Mapping[Setup, str]) -> str:
        """The same with names."""
        names = ", ".join(labels[setup] for setup in self.setups)
        return f"{names}: {self.text}" if names else self.text


def telling(candidates: Sequence[Candidate], asked_for: Length) -> list[Telling]:
    """Attributes that cannot be made alike, those of all systems first."""
    systems: dict[Setup, list[Candidate]] = defaultdict(list)
    for one in candidates:
        systems[one.setup].append(one)
    rate, canvas = common_rate(candidates), common_canvas(candidates)
    found = [] if rate else [Telling(
        "frame rates share no multiple up to 60 a second, so every file keeps its own, and the rate can be "
        "read from the files.")]
    told: dict[str, list[Setup]] = defaultdict(list)
    paced = {setup: ", ".join(sorted({_rate(one.rate) for one in own})) for setup, own in systems.items()}
    for setup, own in sorted(systems.items()):
        if not rate or len(set(paced.values())) > 1:
            line = f"pictures change at {paced[setup]} a second; how smoothly they move still tells."
            told[line].append(setup)
        for line in (_sizes(own, canvas), _lengths(own, asked_for)):
            if line:
                told[line].append(setup)
    return [*found, *(Telling(text, tuple(setups)) for text, setups in told.items())]


def _rate(rate: Fraction | None) -> str:
    return "a varying rate" if rate is None else f"{float(rate):g}"


def _sizes(own: Sequence[Candidate], canvas: tuple[int, int]) -> str:
    sizes = ", ".join(f"{width}x{height}" for width, height in sorted({one.size for one in own} - {canvas}))
    return (f"clips of {sizes} are fitted into {canvas[0]}x{canvas[1]}; sharpness, and bars where the shape "
            "differs, still tell.") if sizes else ""


def _lengths(own: Sequence[Candidate], asked_for: Length) -> str:
    short = sum(one.seconds + _SLACK_S < asked_for.seconds for one in own)
    return (f"{short} of {len(own)} clips are shorter than {asked_for.seconds:g} s; their pairs are shown "
            "for less, so the length tells that one of the two is short.") if short else ""
