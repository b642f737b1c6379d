"""A study as its page and tables take it: findings, and everything that a reader needs to believe them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.study.model import Vote
from reports.study.summary import Findings


@dataclass(frozen=True, slots=True)
class Expectation:
    """A comparison that was planned, with the direction that was expected."""

    question: str
    better: str
    """The system that was expected to be chosen more often; systems go by their token everywhere here."""
    worse: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What was fixed beforehand."""

    digest: str
    """SHA-256 of the lock; empty where the study was never locked."""
    compared: bool
    """Whether that digest was held against the one deposited."""
    locked_at: str
    software: str
    hypotheses: str
    """Empty where there are none, or as long as they are withheld."""
    withheld: bool
    """Whether hypotheses stand in the lock and the study is still blind: beside planned comparisons they may
    tell which system is which."""
    raters: int
    stop: str
    """When collection ends, as deviations are told from it; empty where nothing was registered."""
    stopping: str
    """More on it in words, which nothing checks."""
    rules: tuple[str, ...]
    """Rules of exclusion, one sentence each."""
    alpha_gate: float | None
    """Lower limit that alpha had to pass; None where no gate was set."""
    settings: tuple[tuple[str, str], ...]
    """Names and values."""
    planned: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Unblinding:
    """Who learnt the names, and when."""

    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rater:
    """What one rater did; ``name`` is a number in the order of digests."""

    name: str
    digest: str
    sessions: int
    complete: int
    """Sessions answered to the end."""
    answers: int
    left: int
    """Decided trials on which the left clip was chosen; checks aside, likewise the next two."""
    right: int
    ties: int
    unable: int
    checks_failed: int
    checks: int
    """Instructed and content checks answered."""
    repeats_same: int
    """Repeats with swapped sides on which the answer was the same."""
    repeats: int
    quickest: float | None
    """Shortest time from start to answer, as a share of the clips' length; None where nothing was judged."""
    playback: float | None
    """Time that clips took to play as a share of their length; likewise."""
    excluded: tuple[str, ...]
    """Reasons; empty where all answers count."""
    counted: int
    """Votes that count, those who could not judge left out."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One reason for which a rater or a session does not count."""

    rater: str
    session: str
    """Empty where all sessions of the rater are left out."""
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was read and is no answer to this study, or not a second time."""

    place: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that is not as it was registered."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote with where it comes from."""

    vote: Vote
    session: str
    trial: str
    counted: bool
    again: bool = False
    """Whether another vote stands for this rater on this unit: it counts neither with nor without those who
    are left out."""

    @property
    def judged(self) -> bool:
        """Whether it is a judgement: somebody who could not judge has not voted."""
        return self.vote.choice != "unable"


@dataclass(frozen=True, slots=True)
class Part:
    """One question with what was found."""

    id: str
    text: str
    definition: str
    counted: Findings
    """Without those who are left out: the result."""
    everyone: Findings | None
    """With them; None where nobody is left out."""
    votes_planned: int
    votes_counted: int
    """Those who could not judge left out."""
    units: int
    units_short: int
    """Units with fewer such votes than planned."""


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that is told of a study."""

    title: str
    kind: str
    """``comparison`` or ``validation``."""
    metric: str
    """Validation: id of the quantity under test; empty in a comparison."""
    study: str
    """SHA-256 of the plan."""
    software: str
    """Version that analysed."""
    names: Mapping[str, str]
    """What systems are called, by token: letters as long as the study is blind."""
    prompts: Mapping[str, str]
    unblinded: tuple[Unblinding, ...]
    """Empty as long as the study is blind."""
    simulated: bool
    registration: Registration
    parts: tuple[Part, ...]
    votes: tuple[Cast, ...]
    raters: tuple[Rater, ...]
    exclusions: tuple[Exclusion, ...]
    aside: tuple[Aside, ...]
    deviations: tuple[Deviation, ...]
    caveats: tuple[str, ...]
    """What must be known about backbones and configurations; empty as long as the study is blind."""
    notes: tuple[str, ...]
    """What must be known about the study, one sentence each: what is not in it, what could not be blinded."""
