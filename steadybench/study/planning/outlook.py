"""What a planned study can tell apart and what not, before anything is exported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import inf

from reports.text import count
from steadybench.study.model import Plan, Settings, Unit
from steadybench.study.planning import limits
from steadybench.study.planning.matching import BANDS
from steadybench.study.planning.showing import GAP_S

_MEANS = "at 80 % power and level 0.05, two-sided"

_NOTHING = 0.5
"""Half-width of a share from which it says nothing."""


def outlook(plan: Plan) -> list[str]:
    """Size, cost and power of a study, in lines for a person."""
    told: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for question in plan.questions:
        told[tuple(_power(plan, question.id))].append(question.id)
    return [*_size(plan), *(line for lines, names in told.items() for line in _of(names, lines))]


def _of(questions: Sequence[str], lines: Sequence[str]) -> Iterator[str]:
    yield f"{'Question' if len(questions) == 1 else 'Each of the questions'} {', '.join(questions)}:"
    yield from lines


def _size(plan: Plan) -> Iterator[str]:
    settings, sessions = plan.settings, plan.sessions
    judged = sum(not trial.check for session in sessions for trial in session.trials)
    longest = max(len(session.trials) for session in sessions)
    took = [limits.minutes(settings.seconds, len(session.trials)) for session in sessions]
    yield _shown(settings)
    kind = f"{settings.kind} of {len(plan.systems)} systems on {count(len(plan.prompts), 'prompt')}"
    yield (f"{kind[0].upper()}{kind[1:]}, {count(len(plan.questions), 'question')}: "
           f"{count(len(plan.units), 'unit')}, each judged {settings.votes} times: {judged} votes.")
    yield (f"{count(len(sessions), 'session')} of at most {longest} trials and about {max(took):.0f} min: "
           f"{count(len(sessions), 'rater')} if each sits once, {sum(took) / 60:.1f} hours of watching.")


def _shown(settings: Settings) -> str:
    if settings.excerpt == "full":
        return f"Each clip is shown from its start, up to {settings.seconds:g} s."
    window = (settings.seconds - GAP_S) / 2
    return (f"Each clip is shown by its first and its last {window:g} s, {GAP_S:g} s of grey between; what "
            "happens in the middle is not seen. Say --excerpt full for all of it.")


def _power(plan: Plan, question: str) -> Iterator[str]:
    units = [unit for unit in plan.units if unit.question == question]
    yield from _of_bands(units) if plan.settings.kind == "validation" else _of_pairs(plan, units)


def _of_pairs(plan: Plan, units: Sequence[Unit]) -> Iterator[str]:
    from reports.study import power

    systems = len(plan.systems)
    met = Counter(frozenset((unit.first, unit.second)) for unit in units)
    prompts = min(len({u.prompt for u in units if frozenset((u.first, u.second)) == pair}) for pair in met)
    votes = min(met.values()) * plan.settings.votes
    decided = round(votes * (1 - power.TIES))
    effect = power.design_effect(plan.settings.votes)
    yield (f"  {_fewest(met.values(), plan.settings.votes)} votes a pair of systems; {decided} of them "
           f"decided if {power.TIES:.0%} are ties; design effect {effect:.1f}.")
    families = sorted({1, systems - 1, systems * (systems - 1) // 2})
    tested = prompts >= power.least_prompts()
    rates = {family: power.least_win_rate(decided, family, effect) for family in families}
    yield f"  Smallest win rate that is told from 50 % {_MEANS}:"
    for family in families:
        none = family == 1 and not tested
        told = "none, for want of prompts" if none else _share(rates[family])
        yield f"    {_family(family, systems)}: {told}"
    every = len({unit.prompt for unit in units})
    width = power.half_width(systems, votes, power.TIES, effect, prompts=every)
    yield ("  Half-width of the interval of a strength: "
           + (f"{width:.2f} on the Davidson scale (log odds)." if width < inf
              else "none, for want of prompts."))
    yield from _sign_test(prompts, votes // prompts, families, systems)
    yield from _words(rates, families) if tested else _untested(rates[families[-1]])


def _fewest(units: Iterable[int], votes: int) -> str:
    found = [number * votes for number in units]
    low, high = min(found), max(found)
    return str(low) if low == high else f"{low} to {high}"


def _family(size: int, systems: int) -> str:
    if size == 1:
        return "one planned comparison"
    whose = "one system against all others" if size == systems - 1 else "all pairs"
    return f"{size} comparisons ({whose}, Holm's worst case)"


def _share(rate: float | None) -> str:
    return "none: not even a system that wins every vote" if rate is None else f"{rate:.0%}"


def _sign_test(prompts: int, votes: int, families: Sequence[int], systems: int) -> Iterator[str]:
    from reports.study import power

    for family in families:
        share = power.least_prompt_share(prompts, family)
        if share is None:
            yield (f"  The sign test over prompts can prove nothing for {_family(family, systems)}: it needs "
                   f"{power.least_prompts(family)} prompts, a pair meets on {prompts}.")
            return
        rate = power.sign_test_win_rate(prompts, votes, family)
        yield (f"  Sign test over {prompts} prompts, {_family(family, systems)}: told from chance if one "
               f"system wins {share:.0%} of the prompts, "
               + ("which no win rate brings about." if rate is None else f"at a win rate of {rate:.0%}."))


def _words(rates: dict[int, float | None], families: Sequence[int]) -> Iterator[str]:
    one, most = rates[families[0]], rates[families[-1]]
    if one is None:
        yield "  This study can tell no two systems apart. Add prompts; votes on the same prompts help less."
        return
    yield (f"  It cannot resolve pairs closer than {_odds(one)}, even if only one comparison is planned"
           + (f", nor closer than {_odds(most)} if all pairs are compared" if most and most != one else "")
           + (", nor any pair if all are compared" if most is None else "")
           + "; such pairs will share a letter, which does not say that they are equal. More prompts "
             "help, more votes on the same prompts hardly.")


def _untested(rate: float | None) -> Iterator[str]:
    """Tell what is left where no planned comparison can be tested."""
    yield ("  It can test no planned comparison. "
           + ("By the fit over all votes, too, it can tell no two systems apart." if rate is None else
              f"By the fit over all votes, pairs closer than {_odds(rate)} will share a letter, which does "
              "not say that they are equal.")
           + " Add prompts; votes on the same prompts help less.")


def _odds(rate: float) -> str:
    return f"{100 * rate:.0f} : {100 - round(100 * rate)}"


def _of_bands(units: Sequence[Unit]) -> Iterator[str]:
    """Tell what each band can say; agreement counts units, whose number of votes matters little."""
    from reports.bootstrap import MIN_PROMPTS, stretch
    from reports.study import power

    known = False
    for band in BANDS:
        own = [unit for unit in units if unit.band == band]
        prompts = len({unit.prompt for unit in own})
        where = f"  Band {band}: {count(len(own), 'unit')} on {count(prompts, 'prompt')}"
        if prompts < MIN_PROMPTS:
            yield f"{where}; nothing can be said of it."
            continue
        effect = stretch(prompts) ** 2
        rate = power.least_win_rate(len(own), 1, effect)
        width = power.share_half_width(len(own), effect)
        known = known or width < _NOTHING
        told = f"known to at best ± {100 * width:.0f} points" if width < _NOTHING else "not known at all"
        yield (f"{where}; the share of units whose raters agree with the metric is {told}. "
               + ("No agreement is told from chance." if rate is None else
                  f"Agreement on {rate:.0%} of the units and more is told from chance."))
    yield ("  It cannot tell two metrics apart"
           + (" whose agreement differs by less than about the first of these figures" if known else "")
           + ", and says nothing of clips beyond these systems and prompts.")
