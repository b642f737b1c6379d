"""What the rating page is told: tokens and words, nothing that could name a method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its training example."""

    id: str
    text: str
    definition: str
    example_left: str
    """Token of a clip."""
    example_right: str
    example_answer: str
    """``1`` for left, ``2`` for right."""
    example_why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One trial."""

    id: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session, in order."""

    id: str
    question: str
    break_after: int
    """Trials before the break; 0 for none."""
    code: str
    """Completion code of this session, shown at the end; empty where a receiver gives it."""
    trials: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """What raters read; plain text, paragraphs parted by empty lines."""

    consent: str
    withdrawal: str
    flashing: str
    contact: str
    pay: str
    """Hourly rate, empty where nobody is paid."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Where raters of a platform go at the end, by outcome: an https address or empty."""

    finished: str = ""
    screened: str = ""
    """The device failed the capability check, before consent."""
    failed: str = ""
    """Technical failure."""


@dataclass(frozen=True, slots=True)
class PublicStudy:
    """Everything that goes into the folder for raters besides the clips, which lie at ``clips/TOKEN.mp4``."""

    study_digest: str
    title: str
    questions: tuple[Asked, ...]
    sittings: tuple[Sitting, ...]
    texts: Texts
    outcomes: Outcomes
    canvas: tuple[int, int]
    """Width and height of every clip, pixels."""
    highest_fps: float
    """Highest frame rate of a file; the screen should refresh twice as often."""
    source_fps: float
    """Highest rate of pictures that really differ, for the advice to raters whose screen is slower."""
    minutes: int
    """About how long a session takes."""
    receiver: str
    """Address that answers are posted to: empty for none, ``.`` for the host that the page comes from, or an
    absolute http(s) address."""
    rater_salt: str
    """32 hex digits."""
    seconds: Mapping[str, float]
    """Length of each clip by token."""
