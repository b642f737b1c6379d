"""Small valid plans with their keys, made without a run and without video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

from steadybench.study.key import Key, Source, System, token
from steadybench.study.model import Kind, Plan, Question, Session, Settings, Stimulus, Training, Trial, Unit
from steadybench.study.questions import QUESTIONS

SECRET = "5e" * 32
LABELS = ("Steady-Forcing", "Self-Forcing", "CausVid", "LongLive", "Rolling-Forcing", "Reward-Forcing",
          "Infinite-Forcing", "Causal-Forcing")  # fmt: skip
METRIC = "stagnation.late"
BANDS = (0.2, 0.5)
LEVELS = (0.0, 0.1, 0.45, 0.5, 0.6, 0.62, 0.66, 0.7)
PRESSES = ("left", "right", "tie")


def made_plan(
    systems: int = 3, prompts: int = 4, votes: int = 2, questions: Sequence[str] = ("stillness",),
    seconds: float = 2.0, kind: Kind = "comparison", rate: str = "16", canvas: tuple[int, int] = (96, 64),
    folder: Path = Path("/nowhere"), title: str = "Which clip is steadier?",
) -> tuple[Plan, Key]:
    """Every pair of systems on every prompt, each unit ``votes`` times, in sessions with all checks.

    Systems are called as in ``LABELS``, prompts ``prompt-0`` and so on; the source of system i on prompt j is
    ``folder/clip-i-j.mp4`` with a made-up digest (see :func:`with_files`). In a session no clip comes twice
    but in checks. A validation is one of :data:`METRIC`, whose values are ``LEVELS`` that grow from prompt to
    prompt; it has all three bands and at most eight systems.
    """
    key = _key(systems, prompts, folder)
    asked = tuple(QUESTIONS[name] for name in questions)
    maker = _Maker(key, seconds, votes, kind)
    units = tuple(unit for question in asked for unit in maker.units(question))
    sessions = tuple(one for question in asked for one in maker.sessions(question, units))
    training = tuple(maker.training(question) for question in asked)
    settings = Settings(
        kind=kind, title=title, seed=0, votes=votes, prompts_per_pair=0,
        trials_per_session=max(len(session.trials) for session in sessions), seconds=seconds, excerpt="full",
        metric=METRIC if kind == "validation" else "",
        bands=BANDS if kind == "validation" else (), off_axis=0.1 if kind == "validation" else 0.0,
    )  # fmt: skip
    plan = Plan(
        settings=settings, questions=asked, systems=tuple(sorted(key.systems)),
        prompts=tuple(sorted(key.prompts)),
        stimuli=tuple(sorted(maker.stimuli.values(), key=lambda one: one.token)), units=units,
        sessions=sessions, training=training, scores=maker.scores() if kind == "validation" else {},
        directions={METRIC: "lower"} if kind == "validation" else {}, rate=rate, canvas=canvas,
        rater_salt=token(SECRET, "rater salt", digits=32), left_out=(), unblinded=(),
    )  # fmt: skip
    return plan, key


def with_files(key: Key, digests: dict[str, str]) -> Key:
    """The same key with true digests of the source files, by path."""
    sources = {name: replace(one, sha256=digests[one.path]) for name, one in key.sources.items()}
    return replace(key, sources=sources)


def _key(systems: int, prompts: int, folder: Path) -> Key:
    labels = [LABELS[i] if i < len(LABELS) else f"Method {i}" for i in range(systems)]
    tokens = [token(SECRET, "system", label) for label in labels]
    places = {token(SECRET, "prompt", f"prompt-{j}"): f"prompt-{j}" for j in range(prompts)}
    sources = {
        token(SECRET, "source", f"{i}-{j}"): Source(
            str(folder / f"clip-{i}-{j}.mp4"), f"{i:032x}{j:032x}", f"{labels[i]} prompt-{j} seed 0",
            tokens[i], place, 0)
        for i in range(systems) for j, place in enumerate(places)
    }  # fmt: skip
    named = {own: System(label, label.lower(), "native", "tiny", ("run",))
             for own, label in zip(tokens, labels, strict=True)}
    return Key(SECRET, named, places, sources)


class _Maker:
    """Collects the stimuli that trials call for."""

    def __init__(self, key: Key, seconds: float, votes: int, kind: Kind) -> None:
        self.key, self.seconds, self.votes, self.kind = key, seconds, votes, kind
        self.stimuli: dict[str, Stimulus] = {}
        self.places = sorted(key.prompts)
        self.by_place = {(one.system, one.prompt): name for name, one in key.sources.items()}

    def show(self, kind: str, source: str = "", spoil: str = "", press: str = "", side: str = "") -> str:
        own = token(SECRET, "stimulus", kind, source, spoil, press, side)
        of = self.key.sources.get(source)
        self.stimuli[own] = Stimulus(own, kind, of.system if of else "", of.prompt if of else "",  # type: ignore[arg-type]
                                     source, self.seconds, "full", spoil, press)
        return own

    def clip(self, system: str, prompt: str) -> str:
        return self.show("clip", self.by_place[system, prompt])

    def units(self, question: Question) -> Iterator[Unit]:
        pairs = list(combinations(sorted(self.key.systems), 2))
        for number, (prompt, pair) in enumerate(product(self.places, pairs)):
            first, second = reversed(pair) if number % 2 else pair
            unit = Unit(
                token(SECRET, "unit", question.id, prompt, first, second, digits=12), question.id, prompt, 0,
                first, second, self.clip(first, prompt), self.clip(second, prompt), "", None, "", "")
            yield self.tested(unit) if self.kind == "validation" else unit

    def tested(self, unit: Unit) -> Unit:
        gap = self.score(unit.second_clip) - self.score(unit.first_clip)
        band = ("near", "middle", "clear")[(abs(gap) >= BANDS[0]) + (abs(gap) >= BANDS[1])]
        return replace(unit, metric=METRIC, gap=abs(gap), band=band,
                       better=unit.first if gap > 0 else unit.second)

    def score(self, clip: str) -> float:
        one = self.stimuli[clip]
        place, system = self.places.index(one.prompt), sorted(self.key.systems).index(one.system)
        return LEVELS[system] * (1 + 0.1 * place)

    def sessions(self, question: Question, units: Sequence[Unit]) -> Iterator[Session]:
        own = [unit for unit in units if unit.question == question.id]
        for number in range(self.votes):
            for turn, group in enumerate(_apart(own)):
                yield self.session(question, group, f"{number}-{turn}", swapped=number % 2 == 1)

    def session(self, question: Question, units: Sequence[Unit], name: str, *, swapped: bool) -> Session:
        own = token(SECRET, "session", question.id, name)
        trials: list[Trial] = []

        def add(unit: str, left: str, right: str, check: str = "", answer: str = "", of: str = "") -> None:
            number = token(SECRET, "trial", own, str(len(trials)), digits=12)
            trials.append(Trial(number, unit, left, right, check, answer, of))  # type: ignore[arg-type]

        sides = [(unit.second_clip, unit.first_clip) if swapped else (unit.first_clip, unit.second_clip)
                 for unit in units]
        source = self.stimuli[units[0].first_clip].source
        checks = [
            ("", self.show("clip", source), self.show("copy", source), "identical", "tie", ""),
            ("", self.show("spoiled", source, question.spoil), self.show("clip", source), "content", "2", ""),
            *(("", *(self.show("instruction", press=press, side=side) for side in "12"), "instructed", right,
               "") for press, right in zip(PRESSES[:2], "12", strict=True)),
        ]  # fmt: skip
        for i, unit in enumerate(units):
            add(unit.id, *sides[i])
            if i < len(checks):
                add(*checks[i])
        for check in checks[len(units):]:
            add(*check)
        add(units[0].id, *reversed(sides[0]), "repeat", "", trials[0].id)
        return Session(own, question.id, tuple(trials), len(trials) // 2)

    def scores(self) -> dict[str, dict[str, float]]:
        return {name: {METRIC: self.score(name)} for name, one in self.stimuli.items() if one.kind == "clip"}

    def training(self, question: Question) -> Training:
        clean = self.show("training", side=question.id)
        bad = self.show("training", spoil=question.spoil, side=question.id)
        return Training(question.id, clean, bad, "1")


def _apart(units: Sequence[Unit]) -> list[list[Unit]]:
    """Groups in which no clip comes twice."""
    groups: list[list[Unit]] = []
    for unit in units:
        clips = {unit.first_clip, unit.second_clip}
        home = next((group for group in groups
                     if not any(clips & {one.first_clip, one.second_clip} for one in group)), None)
        if home is None:
            groups.append([unit])
        else:
            home.append(unit)
    return groups

