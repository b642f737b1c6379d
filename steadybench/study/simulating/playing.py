"""A plan played by made-up raters: one rater a session, one answer a trial, timed like people's."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from steadybench.study import planfile
from steadybench.study.answers import Answer
from steadybench.study.gathering.values import stamp
from steadybench.study.model import Plan, Session, Slot, Trial
from steadybench.study.simulating.raters import LEFT, RIGHT, TIE, Crowd, Seats, Truth, choose, crowd

SLOTS: tuple[Slot, ...] = ("1", "2", "tie")
PAGE = "simulated"
"""Version of the page that such answers name."""
_RATE = Fraction(24)
"""Frames a second taken where clips keep their own rates."""
_ANSWER_MS, _HASTE_MS, _SPREAD = 1600.0, 260.0, 0.55
"""Median response times of attentive and careless raters, and the deviation of their logarithms."""
_REPLAY = 0.06
"""Chance that an attentive rater watches again."""
_BETWEEN_MS, _BREAK_MS = 1200.0, 60_000.0


@dataclass(frozen=True, slots=True, eq=False)
class _Times:
    """(N,) each, by trial."""

    response_ms: NDArray[np.float64]
    replays: NDArray[np.int64]


def play(plan: Plan, truth: Truth, seed: Sequence[int], begin: datetime) -> tuple[Answer, ...]:
    """Let one made-up rater sit in every session; answers are in the order of the plan.

    Args:
        plan: the study.
        truth: strengths by token, of every system of the plan.
        seed: the same seed gives the same answers.
        begin: UTC, when every session starts.
    """
    rng = np.random.default_rng(list(seed))
    trials = [(number, trial) for number, session in enumerate(plan.sessions) for trial in session.trials]
    drawn = crowd(rng, truth, len(plan.sessions), len(plan.prompts) * len(plan.questions))
    chosen = _choices(rng, plan, truth, drawn, trials)
    careless = drawn.careless[[number for number, _ in trials]]
    median = np.where(careless, _HASTE_MS, _ANSWER_MS)
    times = _Times(median * np.exp(_SPREAD * rng.normal(size=len(trials))),
                   (~careless & (rng.random(len(trials)) < _REPLAY)).astype(np.int64))
    slots = [SLOTS[code] for code in chosen]
    return tuple(_answers(plan, slots, times, ".".join(map(str, seed)), begin))


def _choices(rng: np.random.Generator, plan: Plan, truth: Truth, drawn: Crowd,
             trials: Sequence[tuple[int, Trial]]) -> NDArray[np.int64]:
    found = np.empty(len(trials), np.int64)
    judged = np.array([bool(trial.unit) for _, trial in trials])
    found[judged] = choose(rng, truth, drawn, _seats(plan, truth, [own for own in trials if own[1].unit]))
    checks = [own for own in trials if not own[1].unit]
    right = np.array([SLOTS.index(trial.answer) for _, trial in checks], np.int64)
    careless = drawn.careless[[number for number, _ in checks]]
    wrong = (right + rng.integers(1, 3, len(checks))) % 3
    slipped = np.where(rng.random(len(checks)) < truth.slips, wrong, right)
    found[~judged] = np.where(careless, rng.choice([LEFT, RIGHT, TIE], len(checks)), slipped)
    return found


def _seats(plan: Plan, truth: Truth, trials: Sequence[tuple[int, Trial]]) -> Seats:
    systems = {token: i for i, token in enumerate(truth.strengths)}
    prompts = {token: i for i, token in enumerate(plan.prompts)}
    questions = {question.id: i for i, question in enumerate(plan.questions)}
    shown = {stimulus.token: stimulus for stimulus in plan.stimuli}
    rows = [(number, systems[shown[trial.left].system], systems[shown[trial.right].system],
             questions[plan.sessions[number].question] * len(prompts) + prompts[shown[trial.left].prompt])
            for number, trial in trials]
    rater, left, right, prompt = np.array(rows, np.int64).reshape(-1, 4).T
    units = {unit.id: unit for unit in plan.units}
    gaps = [(own.gap or 0.0) * (1 if shown[trial.left].system == own.better else -1)
            for _, trial in trials for own in (units[trial.unit],)]
    return Seats(rater, left, right, prompt, truth.slope * np.array(gaps))


def _answers(plan: Plan, slots: Sequence[Slot], times: _Times, seed: str, begin: datetime
             ) -> Iterator[Answer]:
    study, seconds = planfile.digest(plan), {one.token: one.seconds for one in plan.stimuli}
    rate, place = Fraction(plan.rate) if plan.rate else _RATE, 0
    for session in plan.sessions:
        at = begin
        for number, trial in enumerate(session.trials):
            length = max(seconds[trial.left], seconds[trial.right])
            wait = float(times.response_ms[place]) + int(times.replays[place]) * length * 1000
            done = at + timedelta(milliseconds=length * 1000 + wait)
            frames = math.floor(length * rate)
            yield Answer(
                study, session.id, _digits(seed, session.id, 64), trial.id, session.question,
                _digits(seed, trial.id, 32), slots[place], round(wait, 1), length * 1000, length * 1000,
                int(times.replays[place]), int(times.replays[place]), 0.0, frames, frames, "1920x1080@1",
                60.0, "other", stamp(at), stamp(done), PAGE, simulated=True,
            )  # fmt: skip
            at = done + timedelta(milliseconds=_pause_ms(session, number))
            place += 1


def _pause_ms(session: Session, number: int) -> float:
    return _BREAK_MS if number + 1 == session.break_after else _BETWEEN_MS


def _digits(seed: str, name: str, digits: int) -> str:
    return hashlib.sha256(f"simulated {seed} {name}".encode()).hexdigest()[:digits]
