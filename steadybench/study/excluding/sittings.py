"""Answers sorted into sittings: one rater in one session, with what the plan says of each trial."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from steadybench.study.answers import Answer
from steadybench.study.model import Plan, Session, Trial

SCREENING = ("identical", "content", "instructed")
"""Checks that decide whether a rater counts; repeats only tell how steady a rater is."""
_SIDES = ("1", "2")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer beside its trial."""

    trial: Trial
    answer: Answer
    length_ms: float
    """Length of the longer clip by the plan; what the answer itself says of it is not needed."""

    @property
    def passed(self) -> bool | None:
        """Whether a check was answered rightly; None for "could not judge"."""
        slot = self.answer.slot_chosen
        return None if slot == "unable" else slot == self.trial.answer

    @property
    def judged(self) -> bool:
        """Whether the clips showed: a clip that cannot be loaded is answered by "could not judge"."""
        return self.answer.slot_chosen != "unable"

    @property
    def quick(self) -> float:
        """Time from the start of the clips to the answer, as a share of their length."""
        return (self.answer.watched_ms + self.answer.rt_ms) / self.length_ms


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one rater answered in one session, in the order of the trials."""

    session: Session
    rater: str
    """Digest of the rater."""
    given: tuple[Given, ...]

    @property
    def complete(self) -> bool:
        """Whether every trial was answered."""
        return len(self.given) == len(self.session.trials)

    @property
    def screening(self) -> tuple[Given, ...]:
        """Its checks that decide whether the rater counts, answered by other than "could not judge"."""
        return tuple(one for one in self.given if one.trial.check in SCREENING and one.passed is not None)

    @property
    def failed(self) -> tuple[Given, ...]:
        """Those that were failed."""
        return tuple(one for one in self.screening if not one.passed)

    @property
    def playback(self) -> float | None:
        """Time that the clips took to play as a share of their length, over all trials that were judged."""
        return playback(self.given)


def playback(given: Sequence[Given]) -> float | None:
    """The same over some answers; None where none was judged."""
    judged = [one for one in given if one.judged]
    length = sum(one.length_ms for one in judged)
    return sum(one.answer.watched_ms for one in judged) / length if judged else None


def sittings(plan: Plan, answers: Iterable[Answer]) -> tuple[Sitting, ...]:
    """Sort answers, each of a trial of the plan, by session and rater; in the order of the plan."""
    own: Mapping[tuple[str, str], dict[str, Answer]] = defaultdict(dict)
    raters: dict[str, set[str]] = defaultdict(set)
    for answer in answers:
        own[answer.session_id, answer.rater_digest][answer.trial_id] = answer
        raters[answer.session_id].add(answer.rater_digest)
    lengths = {one.token: 1000 * one.seconds for one in plan.stimuli}

    def given(session: Session, found: Mapping[str, Answer]) -> Iterator[Given]:
        for trial in session.trials:
            if trial.id in found:
                yield Given(trial, found[trial.id], max(lengths[trial.left], lengths[trial.right]))

    return tuple(Sitting(session, rater, tuple(given(session, own[session.id, rater])))
                 for session in plan.sessions for rater in sorted(raters.get(session.id, ())))


def decided(sitting: Sitting) -> tuple[Given, ...]:
    """Trials on which a side was chosen, checks aside: their right side is not the rater's to choose."""
    return tuple(one for one in sitting.given
                 if one.answer.slot_chosen in _SIDES and one.trial.check in ("", "repeat"))
