"""Results of made-up studies: a ranking, a test of a metric, and ones that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.study.model import Verdict, Vote
from reports.study.results import (
    Aside,
    Cast,
    Deviation,
    Exclusion,
    Expectation,
    Part,
    Rater,
    Registration,
    Results,
    Unblinding,
)
from reports.study.summary import Settings, summarise
from tests.reports.study.made_votes import by_strength

HOSTILE = "<script>document.title='x'</script> & \"quoted\" " + "unbroken" * 20
STRENGTHS = {"aa11": 2.2, "bb22": 0.1, "cc33": -0.1, "dd44": -1.2}
NAMES = {"aa11": "Steady-Forcing (engine-native, tiny)", "bb22": HOSTILE, "cc33": "CausVid",
         "dd44": "LongLive"}
QUICK = Settings(draws=200, splits=50, simulations=100)
METRIC = "stagnation.late"
REGISTRATION = Registration(
    digest="ab" * 32, compared=False, locked_at="2026-03-01T08:00:00Z", software="0.1.0",
    hypotheses=f"H1: {HOSTILE}", withheld=False, raters=6,
    stop="Collection ends when every planned session is complete.", stopping="At six raters.",
    rules=("A rule.", "Another rule."), alpha_gate=None,
    settings=(("Votes a unit", "6"),), planned=(Expectation("stillness", "aa11", "dd44"),),
)  # fmt: skip


def votes(**asked: object) -> list[Vote]:
    return by_strength(STRENGTHS, **asked)  # type: ignore[arg-type]


def results(cast: Sequence[Vote] | None = None, left_out: Sequence[str] = (), **new: object) -> Results:
    """A comparison; raters named in ``left_out`` do not count."""
    found = votes() if cast is None else list(cast)
    counted = [vote for vote in found if vote.rater not in left_out]
    pairs = [("aa11", "dd44")]
    everyone = summarise(found, pairs, (), QUICK) if left_out else None
    part = Part("stillness", "Which is stiller?", "Stillness is that things stay.",
                summarise(counted, pairs, (), QUICK), everyone, 300, len(counted), 48, 2)
    made = Results(
        title="A made-up study", kind="comparison", metric="", study="cd" * 32, software="0.1.0", names=NAMES,
        prompts={vote.prompt: vote.prompt for vote in found},
        unblinded=(Unblinding("Ann", "2026-03-02T08:00:00Z", ""),), simulated=False,
        registration=REGISTRATION, parts=(part,),
        votes=tuple(Cast(vote, "s1", f"t{i}", vote in counted) for i, vote in enumerate(found)),
        raters=tuple(_rater(name, name in left_out) for name in sorted({vote.rater for vote in found})),
        exclusions=tuple(Exclusion(name.upper(), "", "side", "chose left in 24 of 24") for name in left_out),
        aside=(), deviations=(), caveats=(), notes=(),
    )  # fmt: skip
    return replace(made, **new)  # type: ignore[arg-type]


def validation() -> Results:
    """A test of a metric that mostly agrees with the strengths."""
    cast = votes()
    place = list(STRENGTHS)
    verdicts = {vote.unit: Verdict(
        vote.unit, METRIC, "first" if place.index(vote.first) < place.index(vote.second) else "second",
        0.2 * abs(place.index(vote.first) - place.index(vote.second)) + 0.01 * int(vote.prompt[1:]),
        ("near", "middle", "clear")[abs(place.index(vote.first) - place.index(vote.second)) - 1],
    ) for vote in cast}
    other = [replace(one, metric="drift.late", better="first") for one in verdicts.values()]
    made = results(cast, kind="validation", metric=METRIC)
    found = summarise(cast, (), [*verdicts.values(), *other], QUICK)
    return replace(made, parts=(replace(made.parts[0], counted=found),),
                   registration=replace(REGISTRATION, planned=()))


def crowded() -> Results:
    """Everything that a page can tell at once, in hostile words."""
    return results(
        left_out=("r5",), title=HOSTILE, simulated=True,
        aside=tuple(Aside(f"answers/{i}.jsonl:{i}", "future", HOSTILE) for i in range(3)),
        deviations=(Deviation("raters", "Fewer raters than planned."), Deviation("export", HOSTILE)),
        notes=(HOSTILE,), registration=replace(REGISTRATION, alpha_gate=0.9),
    )  # fmt: skip


def _rater(name: str, out: bool) -> Rater:
    return Rater(name=name.upper(), digest=name, sessions=1, complete=1, answers=24, left=9, right=10, ties=4,
                 unable=1, checks_failed=0, checks=4, repeats_same=1, repeats=1, quickest=1.3, playback=1.02,
                 excluded=("chose left in 24 of 24",) if out else (), counted=0 if out else 24)
