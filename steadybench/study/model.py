"""A planned blind study: who meets whom, on which prompt, in which session, at which place.

A plan speaks in tokens alone. The key (:mod:`steadybench.study.key`) says which method and clip a token
stands for; without it a plan names no method, and neither does anything that follows from a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SCHEMA = 1

Kind = Literal["comparison", "validation"]
Excerpt = Literal["full", "ends"]
"""``full``: from the first frame. ``ends``: the first and the last seconds, the same for both clips."""
StimulusKind = Literal["clip", "copy", "spoiled", "instruction", "training"]
Check = Literal["", "identical", "content", "instructed", "repeat"]
Side = Literal["left", "right"]
Slot = Literal["1", "2", "tie", "unable"]
"""What a rater chose: the left clip, the right clip, no clear difference, could not judge."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked in one pass, word for word as raters read it."""

    id: str
    text: str
    """The question itself, answered by left, right, no clear difference or could not judge."""
    definition: str
    """What the words of the question mean, in two or three sentences."""
    spoil: str
    """Damage that makes a clip the plainly worse one under this question, a name in
    :data:`steadybench.study.spoil.SPOILS`: for content checks and the training example."""
    training: str
    """What the training example shows, read together with its right answer."""


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One file that raters may see."""

    token: str
    """16 lowercase hex digits; names the file."""
    kind: StimulusKind
    system: str
    """Token of the system that made the source; empty for instructions and training."""
    prompt: str
    """Token of the prompt; all files of one prompt are padded to one size."""
    source: str
    """Token of the source clip in the key; empty for instructions and training, which are drawn."""
    seconds: float
    """Length shown."""
    excerpt: Excerpt
    spoil: str
    """Damage done to the source, empty for none."""
    press: str
    """Answer that the picture of an instruction asks for: ``left``, ``right`` or ``tie``; else empty."""
    until: float = 0.0
    """Excerpt ``ends``: the second of the source at which the last window ends, the same for both clips of a
    pair. 0 for ``full``, which shows the first ``seconds``."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Two systems on one prompt and seed under one question: what is judged several times."""

    id: str
    question: str
    prompt: str
    seed: int
    """Index of the seed among those of the run, from 0: both clips have the same."""
    first: str
    """Token of a system; which of the two comes first was drawn."""
    second: str
    first_clip: str
    """Token of the stimulus shown for ``first``."""
    second_clip: str
    metric: str
    """Validation: id of the quantity whose sign is tested. Empty in a comparison."""
    gap: float | None
    """Validation: how much the metric parts the two clips, above 0, in the metric's unit."""
    band: str
    """Validation: ``near``, ``middle`` or ``clear``."""
    better: str
    """Validation: token of the system that the metric calls better. Empty in a comparison."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One press of the start key and one answer."""

    id: str
    """12 lowercase hex digits."""
    unit: str
    """The unit judged; empty for checks other than repeats."""
    left: str
    """Token of the stimulus."""
    right: str
    check: Check
    answer: str
    """Right answer of a check: ``1``, ``2`` or ``tie``; empty otherwise."""
    repeats: str
    """For a repeat: id of the earlier trial of the same session, whose sides are swapped here."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one rater sees in one sitting, in this order."""

    id: str
    """16 lowercase hex digits."""
    question: str
    trials: tuple[Trial, ...]
    break_after: int
    """Trials before the break."""


@dataclass(frozen=True, slots=True)
class Training:
    """The example that is shown before the first trial, with its answer."""

    question: str
    left: str
    right: str
    answer: str
    """``1`` or ``2``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the planner was asked for."""

    kind: Kind
    title: str
    """What raters read; names no method."""
    seed: int
    votes: int
    """Votes a unit, even: as many each way round."""
    prompts_per_pair: int
    """Prompts on which each pair of systems meets; 0 for all."""
    trials_per_session: int
    """Trials a session with checks and repeats."""
    seconds: float
    """Length of the excerpt that was asked for."""
    excerpt: Excerpt
    metric: str
    """Validation: the quantity under test, such as ``stagnation.late``."""
    bands: tuple[float, ...] = ()
    """Validation: the gaps at which ``middle`` and ``clear`` begin, in the metric's unit."""
    off_axis: float = 0.0
    """Validation: the largest gap between two clips on the other axes' late levels."""
    per_band: int = 0
    """Validation: units a band that were asked for; 0 for as many as the smallest band offers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole study."""

    settings: Settings
    questions: tuple[Question, ...]
    systems: tuple[str, ...]
    """Tokens, sorted."""
    prompts: tuple[str, ...]
    """Tokens, sorted."""
    stimuli: tuple[Stimulus, ...]
    """Sorted by token."""
    units: tuple[Unit, ...]
    sessions: tuple[Session, ...]
    training: tuple[Training, ...]
    scores: Mapping[str, Mapping[str, float]]
    """Measured values by stimulus token and quantity id, frozen when the plan was made; validation recomputes
    gap, band and the better system from these. Abstentions are absent."""
    directions: Mapping[str, str]
    """``higher`` or ``lower`` is better, by quantity id, as the metrics declare it."""
    rate: str
    """Frames a second of every file, a fraction like ``48`` or ``30000/1001``; empty where rates share no
    multiple up to 60, then every file keeps its own and the rate is an attribute that is not blinded."""
    canvas: tuple[int, int]
    """Width and height of every file, even pixels."""
    rater_salt: str
    """32 hex digits; platform ids of raters leave the page only as HMAC-SHA-256 under it."""
    left_out: tuple[str, ...]
    """What of the runs is not in the study, and why, one sentence each; methods by token."""
    unblinded: tuple[str, ...]
    """Attributes that could not be made alike, one sentence each."""
