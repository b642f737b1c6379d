"""Everything put together: from the clips of runs to a plan and its key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steadybench.errors import NothingFoundError
from steadybench.study.key import Key, System, token
from steadybench.study.model import Plan, Question, Settings, Training, Unit
from steadybench.study.planning import limits, matching, measured, missing, showing
from steadybench.study.planning.candidates import Candidate, LeftOut, prompt_token, system_token
from steadybench.study.planning.draw import Draw
from steadybench.study.planning.listing import listed
from steadybench.study.planning.meeting import Meeting, cells_of, compared
from steadybench.study.planning.reading import Read
from steadybench.study.planning.request import Request, check_votes, kind_of, questions_of
from steadybench.study.planning.sessions import sessions_of
from steadybench.study.planning.sitting import EXTRA
from steadybench.study.planning.stock import Stock


@dataclass(frozen=True, slots=True)
class Made:
    """A plan with its key, and what the terminal says of both."""

    plan: Plan
    key: Key
    left_out: tuple[LeftOut, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The pairs of clips of a study."""

    meetings: tuple[Meeting, ...]
    left_out: tuple[LeftOut, ...]
    told: tuple[str, ...] = ()
    validation: matching.Validation | None = None


def make(read: Read, request: Request, secret: str) -> Made:
    """Plan a study; the same input gives the same plan.

    Raises:
        InputError: options do not fit together or to the clips.
        NothingFoundError: no two systems have a clip of the same prompt.
    """
    check_votes(request.votes)
    kind = kind_of(request)
    questions = questions_of(request, kind)
    if not read.candidates:
        raise NothingFoundError(f"The runs hold no clip that could be shown. {_reasons(read.left_out)}")
    length = showing.asked(request, read.candidates)
    most = limits.trials(length.seconds, request.trials)
    chosen = _chosen(read, request, length, secret)
    clips = _clips(chosen.meetings)
    stock = Stock(secret)
    units = [unit for question in questions for unit in _units(question, chosen.meetings, stock, request)]
    sessions, told = sessions_of(questions, units, stock, request, length.seconds, most - EXTRA)
    training = tuple(_training(question, stock, length.seconds, request) for question in questions)
    left_out = (*read.left_out, *chosen.left_out)
    gone = missing.missing(read.candidates, read.left_out, request.seeds)
    apart, count = showing.telling(clips, length), len({clip.setup for clip in clips})
    settings = Settings(
        kind=kind, title=request.title, seed=request.seed, votes=request.votes,
        prompts_per_pair=request.prompts_per_pair, trials_per_session=most, seconds=length.seconds,
        excerpt=length.excerpt, metric=request.metric,
        bands=chosen.validation.edges if chosen.validation else (),
        off_axis=request.off_axis if chosen.validation else 0.0, per_band=request.per_band,
    )  # fmt: skip
    plan = Plan(
        settings=settings, questions=questions, systems=_tokens(system_token(secret, c.setup) for c in clips),
        prompts=_tokens(prompt_token(secret, clip.prompt) for clip in clips), stimuli=stock.stimuli,
        units=tuple(units), sessions=sessions, training=training,
        scores=_scores(chosen, stock), directions=_directions(chosen, read),
        rate=showing.common_rate(clips), canvas=showing.common_canvas(clips),
        rater_salt=token(secret, "rater salt", digits=32),
        left_out=tuple(sorted({one.blind(secret) for one in (*left_out, *gone)})),
        unblinded=tuple(one.blind(count) for one in apart),
    )  # fmt: skip
    said = (*missing.named(gone, read.labels), *chosen.told, *told, *showing.unseen(clips, length, questions),
            *(one.named(read.labels) for one in apart))
    return Made(plan, _key(read, stock, clips, (*left_out, *gone)), left_out, said)


def _chosen(read: Read, request: Request, length: showing.Length, secret: str) -> _Chosen:
    cells, out = cells_of(read.candidates, secret, request.seeds)
    if not cells:
        raise NothingFoundError("No two systems have a clip of the same prompt and seed, so nothing can be "
                                f"compared. {_reasons((*read.left_out, *out))}")
    draw = Draw(secret, request.seed, "pairs")
    if not request.metric:
        meetings, fewer = compared(cells, length, request, draw)
        if not meetings:
            raise NothingFoundError(f"No pair of clips is left. {_reasons((*read.left_out, *out, *fewer))}")
        return _Chosen(tuple(meetings), (*out, *fewer))
    found = measured.measured(request.metric, read.quantities, read.candidates)
    made = matching.validation(cells, length, request, found, draw)
    return _Chosen(made.meetings, (*out, *made.left_out), made.told, made)


def _reasons(left_out: Sequence[LeftOut]) -> str:
    return " ".join(listed(left_out, most=3))


def _clips(meetings: Iterable[Meeting]) -> list[Candidate]:
    """Clips in use, each once, in a fixed order."""
    found = {clip.place: clip for one in meetings for clip in one.clips}
    return [found[place] for place in sorted(found)]


def _tokens(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _units(question: Question, meetings: Sequence[Meeting], stock: Stock, request: Request) -> list[Unit]:
    """Units of one question, sorted by id; which system comes first is drawn."""
    draw = Draw(stock.secret, request.seed, "order", question.id)
    found = []
    for one in meetings:
        clips = list(one.clips)
        best = clips[one.better] if one.band else None
        if draw.flip():
            clips.reverse()
        first, second = (system_token(stock.secret, clip.setup) for clip in clips)
        shown = [stock.clip(clip, one.length) for clip in clips]
        prompt = prompt_token(stock.secret, one.first.prompt)
        name = token(stock.secret, "unit", question.id, *sorted(shown), digits=12)
        found.append(Unit(name, question.id, prompt, one.first.seed_index, first, second, shown[0], shown[1],
                          request.metric, one.gap, one.band,
                          system_token(stock.secret, best.setup) if best else ""))
    return sorted(found, key=lambda unit: unit.id)


def _training(question: Question, stock: Stock, seconds: float, request: Request) -> Training:
    clean, bad = (stock.example(question.id, spoil, seconds) for spoil in ("", question.spoil))
    if Draw(stock.secret, request.seed, "training", question.id).flip():
        return Training(question.id, clean, bad, "1")
    return Training(question.id, bad, clean, "2")


def _scores(chosen: _Chosen, stock: Stock) -> dict[str, dict[str, float]]:
    """Frozen numbers by stimulus; a comparison has none, for they could tell who made a clip."""
    if chosen.validation is None:
        return {}
    by_place = measured.scores(chosen.meetings, chosen.validation.measured)
    clips = [one.token for one in stock.stimuli if one.kind == "clip"]
    return {name: by_place[stock.clip_of(name).place] for name in clips}


def _directions(chosen: _Chosen, read: Read) -> dict[str, str]:
    if chosen.validation is None:
        return {}
    found = chosen.validation.measured
    return {name: read.quantities[name].direction for name in (found.metric.id, *found.others)}


def _key(read: Read, stock: Stock, clips: Sequence[Candidate], left_out: Sequence[LeftOut]) -> Key:
    """Names behind all tokens of the plan, those of what was left out among them."""
    runs: dict[object, set[str]] = defaultdict(set)
    for clip in clips:
        runs[clip.setup] |= set(clip.runs)
    setups = {clip.setup for clip in clips} | {setup for one in left_out for setup in one.setups}
    systems = {system_token(stock.secret, setup): System(
        read.labels[setup], setup.method, setup.configuration, setup.backbone, tuple(sorted(runs[setup])))
        for setup in setups}
    prompts = {clip.prompt for clip in clips} | {one.prompt for one in left_out if one.prompt}
    named = {prompt_token(stock.secret, prompt): prompt for prompt in prompts}
    return Key(stock.secret, dict(sorted(systems.items())), dict(sorted(named.items())), stock.sources)
