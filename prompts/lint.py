"""Checks the wording of a suite: what the schema cannot see and a video model would.

Every rule is a small function that yields messages; :func:`lint` runs them all. The lists and limits are data
in :mod:`prompts.wording`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from prompts import wording
from prompts.types import REGIMES, Prompt, Suite

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in a suite."""

    prompt_id: str
    """Empty where the fault belongs to the suite as a whole."""
    rule: str
    """Name of the rule, a key of :data:`PROMPT_RULES` or :data:`SUITE_RULES`."""
    message: str
    """What was found and what is expected."""


def lint(suite: Suite) -> list[Fault]:
    """All faults of a suite: those of the whole first, then prompt by prompt in the suite's order."""
    faults = [Fault(name, rule, text) for rule, check in SUITE_RULES.items() for name, text in check(suite)]
    for prompt in suite.prompts:
        for rule, check_prompt in PROMPT_RULES.items():
            faults += [Fault(prompt.id, rule, text) for text in check_prompt(prompt)]
    return faults


def words(text: str) -> list[str]:
    """Words of a text in order, case-folded; hyphens and apostrophes inside a word belong to it."""
    return _WORD.findall(text.casefold())


def similarity(one: str, other: str) -> float:
    """Jaccard similarity of two texts' word sets: shared over all words, 0 to 1; 1 for two empty texts."""
    return _jaccard(frozenset(words(one)), frozenset(words(other)))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0


# ---- rules about the whole suite: (prompt id or "", message)


def _balance(suite: Suite) -> Iterator[tuple[str, str]]:
    counts = Counter(prompt.regime for prompt in suite.prompts)
    most, least = max(REGIMES, key=lambda name: counts[name]), min(REGIMES, key=lambda name: counts[name])
    if counts[most] - counts[least] > wording.BALANCE_SPREAD:
        yield "", (
            f"{most} has {counts[most]} prompts and {least} has {counts[least]}; "
            f"expected a difference of {wording.BALANCE_SPREAD} at most"
        )


def _repeats(suite: Suite, what: str, key: Callable[[Prompt], str]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for index, prompt in enumerate(suite.prompts):
        owner = first.setdefault(key(prompt), f"prompt {index} ({prompt.id})")
        if owner != f"prompt {index} ({prompt.id})":
            yield prompt.id, f"same {what} as {owner}"


def _unique_ids(suite: Suite) -> Iterator[tuple[str, str]]:
    return _repeats(suite, "id", lambda prompt: prompt.id)


def _unique_texts(suite: Suite) -> Iterator[tuple[str, str]]:
    return _repeats(suite, "text", lambda prompt: _normal(prompt.text))


def _unique_prefixes(suite: Suite) -> Iterator[tuple[str, str]]:
    size = wording.PREFIX_CHARACTERS
    return _repeats(suite, f"first {size} characters", lambda prompt: _normal(prompt.text[:size]))


def _near_duplicates(suite: Suite) -> Iterator[tuple[str, str]]:
    sets = [(prompt.id, frozenset(words(prompt.text))) for prompt in suite.prompts]
    for (first, one), (second, other) in combinations(sets, 2):
        share = _jaccard(one, other)
        if share > wording.SIMILARITY_MAX:
            limit = wording.SIMILARITY_MAX
            yield second, f"shares {share:.2f} of its words with {first}; expected {limit} at most"


# ---- rules about one prompt: message


def _length(prompt: Prompt) -> Iterator[str]:
    count = len(prompt.text.split())
    if not wording.WORDS_MIN <= count <= wording.WORDS_MAX:
        yield f"has {count} words; expected {wording.WORDS_MIN} to {wording.WORDS_MAX}"


def _characters(prompt: Prompt) -> Iterator[str]:
    bad = {char for char in prompt.text if char in wording.FORBIDDEN_CHARACTERS or _unwritable(char)}
    if bad:
        yield f"holds {', '.join(map(ascii, sorted(bad)))}; expected plain words and punctuation"


def _spacing(prompt: Prompt) -> Iterator[str]:
    if prompt.text != " ".join(prompt.text.split()):
        yield "has line breaks, doubled spaces or spaces at an end; expected one paragraph with single spaces"


def _evaluator_words(prompt: Prompt) -> Iterator[str]:
    return _banned(prompt, wording.EVALUATOR_WORDS, "a word of people who judge videos")


def _negations(prompt: Prompt) -> Iterator[str]:
    return _banned(prompt, wording.NEGATIONS, "a negation", wording.NEGATION_PHRASES)


def _time_words(prompt: Prompt) -> Iterator[str]:
    yield from _banned(prompt, wording.TIME_WORDS, "a length or speed of the shot", wording.TIME_PHRASES)
    if match := re.search(r"\d+ ?(s|sec|min|fps)\b", prompt.text.casefold()):
        yield f"holds {match[0]!r}, a length or speed of the shot"


def _camera_motion(prompt: Prompt) -> Iterator[str]:
    return _banned(prompt, wording.CAMERA_MOTION_WORDS, "a camera that moves")


def _people(prompt: Prompt) -> Iterator[str]:
    return _banned(prompt, wording.PEOPLE_WORDS, "a person in a scene of nature")


def _banned(prompt: Prompt, banned: frozenset[str], why: str, phrases: tuple[str, ...] = ()) -> Iterator[str]:
    found = banned & _words_and_parts(prompt.text)
    found |= {phrase for phrase in phrases if phrase in prompt.text.casefold()}
    if found:
        yield f"holds {', '.join(map(repr, sorted(found)))}, {why}"


def _fixed_view(prompt: Prompt) -> Iterator[str]:
    if wording.FIXED_VIEW_WORDS.isdisjoint(_words_and_parts(prompt.text)):
        expected = ", ".join(sorted(wording.FIXED_VIEW_WORDS))
        yield f"does not say that the camera stays; expected one of {expected}"


def _direction_plausible(prompt: Prompt) -> Iterator[str]:
    plausible = wording.PLAUSIBLE_DIRECTIONS[prompt.regime]
    if prompt.direction not in plausible:
        yield f"{prompt.direction!r} cannot be for {prompt.regime}; expected {', '.join(sorted(plausible))}"


def _direction_said(prompt: Prompt) -> Iterator[str]:
    cue = wording.DIRECTION_CUES.get(prompt.direction)
    if cue and not _says(prompt, cue):
        yield f"the text does not say that the medium moves {prompt.direction!r}; expected a match of {cue!r}"
    opposite = wording.OPPOSITE.get(prompt.direction)
    if opposite and _says(prompt, wording.DIRECTION_CUES[opposite]):
        yield f"the direction is {prompt.direction!r} and the text says {opposite!r}"


def _medium_named(prompt: Prompt) -> Iterator[str]:
    if not _holds(prompt.text, prompt.medium):
        yield f"medium {prompt.medium!r} does not occur in the text"


def _static_things(prompt: Prompt) -> Iterator[str]:
    things = [_normal(thing) for thing in prompt.must_not_move]
    low, high = wording.STATIC_THINGS_MIN, wording.STATIC_THINGS_MAX
    if not low <= len(things) <= high:
        yield f"must_not_move names {len(things)} things; expected {low} to {high}"
    repeated = (thing for thing, count in Counter(things).items() if count > 1)
    yield from (f"must_not_move names {thing!r} twice" for thing in repeated)
    for thing in things:
        if not _holds(prompt.text, thing):
            yield f"must_not_move names {thing!r}, which does not occur in the text"
        if thing == _normal(prompt.medium):
            yield f"must_not_move names {thing!r}, which is the medium"


def _words_and_parts(text: str) -> frozenset[str]:
    """Words, and beside each hyphenated word its parts: `high-quality` must not hide `quality`."""
    found = words(text)
    return frozenset(found).union(*(word.split("-") for word in found))


def _unwritable(char: str) -> bool:
    """Control and format characters, emoji and other pictures; white space is left to the rule on spacing."""
    return not (char.isprintable() or char.isspace()) or unicodedata.category(char) == "So"


def _says(prompt: Prompt, cue: str) -> bool:
    return re.search(rf"\b(?:{cue})\b", _normal(prompt.text)) is not None


def _holds(text: str, phrase: str) -> bool:
    """Whether a phrase occurs as whole words in their order."""
    return f" {' '.join(words(phrase))} " in f" {' '.join(words(text))} "


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())


SUITE_RULES: dict[str, Callable[[Suite], Iterator[tuple[str, str]]]] = {
    "balance": _balance,
    "unique-ids": _unique_ids,
    "unique-texts": _unique_texts,
    "unique-prefixes": _unique_prefixes,
    "near-duplicates": _near_duplicates,
}
PROMPT_RULES: dict[str, Callable[[Prompt], Iterator[str]]] = {
    "length": _length,
    "characters": _characters,
    "spacing": _spacing,
    "evaluator-words": _evaluator_words,
    "negations": _negations,
    "time-words": _time_words,
    "camera-motion": _camera_motion,
    "people": _people,
    "fixed-view": _fixed_view,
    "direction-plausible": _direction_plausible,
    "direction-said": _direction_said,
    "medium-named": _medium_named,
    "static-things": _static_things,
}
