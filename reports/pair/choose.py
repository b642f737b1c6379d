"""Which pairs of clips a rule means, such as ``steady-forcing,causvid@beach`` or ``best-worst``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from reports.gather import Setup, Shot, setup_of
from reports.labels import Label, labels
from reports.text import listing
from reports.verdict import steady_time

BEST_WORST = "best-worst"
"""For each prompt the clip that holds longest and the one that fails first.

Of equal ones the digest of the clip decides, so that no method is chosen for its name.
"""
Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Keys of two clips each."""
_SHOWN = 12


class ChoiceError(ValueError):
    """A rule that means no pair; the message says what there is to choose from."""


def choose(rule: str, shots: Sequence[Shot]) -> Pairs:
    """Find the pairs that a rule means.

    Args:
        rule: ``best-worst``; or two methods, ``A,B``, by label or name, for every prompt and seed that both
            have, or only for those of ``A,B@PROMPT`` or ``A,B@PROMPT/SEED``; or two clips, ``CLIP,CLIP``, by
            name or key.
        shots: the clips of the report.

    Returns:
        Keys of two different clips each, by prompt and seed, without repeats.

    Raises:
        ChoiceError: nothing is meant, or more than one thing could be.

    """
    if not shots:
        raise ChoiceError("there is no clip")
    if rule == BEST_WORST:
        return _best_worst(shots)
    if "," not in rule:
        raise ChoiceError(f"expected two methods or two clips with a comma between them, or {BEST_WORST}")
    named = labels(shots)
    methods, clips = _methods(named), _clips(shots)
    pairs = _two_clips(rule, clips) or _two_methods(rule, shots, methods)
    if not pairs:
        there = listing(_shortest(methods), _SHOWN) or "none is named"
        names = listing(sorted({shot.entry.clip for shot in shots}), 4)
        raise ChoiceError(f"it names nothing that is there. Methods: {there}. Clips, by name or key: {names}")
    return pairs


def _best_worst(shots: Sequence[Shot]) -> Pairs:
    prompts: dict[str, list[tuple[tuple[float, bool], Shot]]] = defaultdict(list)
    for shot in shots:
        time = steady_time(shot)
        if time is not None and shot.entry.prompt_id:
            # A clip that holds to its end is better than one that fails in that very second.
            prompts[shot.entry.prompt_id].append(((time.seconds, not time.happened), shot))
    pairs = []
    for _, own in sorted(prompts.items()):
        own.sort(key=lambda pair: (pair[0], pair[1].key))
        failed = [pair for pair in own if not pair[0][1]]
        if failed and own[-1][0] > failed[0][0]:
            pairs.append((own[-1][1].key, failed[0][1].key))
    if not pairs:
        raise ChoiceError("no prompt has a clip that fails and another one that holds longer")
    return tuple(pairs)


def _methods(named: Mapping[Setup, Label]) -> dict[str, list[Setup]]:
    """What each text may mean: a row's label, a label with all its parts, or a method's name."""
    found: dict[str, dict[Setup, None]] = defaultdict(dict)
    for setup, label in named.items():
        if setup.method:
            for text in (label.text, label.full, setup.method):
                found[text][setup] = None
    exact = {label.text: [setup] for setup, label in named.items() if setup.method}
    return {text: list(setups) for text, setups in found.items()} | exact


def _clips(shots: Sequence[Shot]) -> dict[str, list[str]]:
    """Keys of the clips that go by a name or key."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for shot in shots:
        for text in (shot.key, *(entry.clip for entry in (shot.entry, *shot.also))):
            found[text][shot.key] = None
    return {text: list(keys) for text, keys in found.items()}


def _splits(rule: str) -> Iterator[tuple[str, str]]:
    """Every way to read two names out of a rule: names may hold commas too."""
    for at, letter in enumerate(rule):
        if letter == ",":
            yield rule[:at].strip(), rule[at + 1 :].strip()


def _two_clips(rule: str, clips: Mapping[str, Sequence[str]]) -> Pairs:
    for left, right in _splits(rule):
        if left in clips and right in clips:
            if many := [name for name in (left, right) if len(clips[name]) > 1]:
                keys = listing(clips[many[0]], _SHOWN)
                raise ChoiceError(f"several clips are called “{many[0]}”; name one by its key: {keys}")
            if clips[left] == clips[right]:
                raise ChoiceError("both sides are the same clip")
            return ((clips[left][0], clips[right][0]),)
    return ()


def _shortest(methods: Mapping[str, Sequence[Setup]]) -> list[str]:
    """Name each row by the shortest text that means it alone."""
    found: dict[Setup, str] = {}
    for text in sorted(methods, key=lambda text: (len(text), text)):
        if len(methods[text]) == 1:
            found.setdefault(methods[text][0], text)
    return sorted(found.values())


def _two_methods(rule: str, shots: Sequence[Shot], methods: Mapping[str, Sequence[Setup]]) -> Pairs:
    for names, place in _places(rule):
        for left, right in _splits(names):
            if left in methods and right in methods:
                return _matched(_one(left, methods), _one(right, methods), place, shots)
    return ()


def _places(rule: str) -> Iterator[tuple[str, str]]:
    """Names, and what stands behind an ``@``; names and prompt ids may hold one too."""
    yield rule, ""
    for at, letter in enumerate(rule):
        if letter == "@":
            yield rule[:at], rule[at + 1 :].strip()


def _one(name: str, methods: Mapping[str, Sequence[Setup]]) -> Setup:
    found = methods[name]
    if len(found) > 1:
        rows = {text: setups for text, setups in methods.items() if setups[0] in found}
        told = listing(_shortest(rows), _SHOWN)
        raise ChoiceError(f"“{name}” stands for {len(found)} rows of the leaderboard; name one: {told}")
    return found[0]


def _matched(left: Setup, right: Setup, place: str, shots: Sequence[Shot]) -> Pairs:
    """Pairs of both methods' clips of the same prompt and seed."""
    if left == right:
        raise ChoiceError("both sides are the same row of the leaderboard")
    sides = [_by_place(setup, shots) for setup in (left, right)]
    both = [at for at in sides[0] if at in sides[1]]
    wanted = [at for at in both if not place or place in (at[0], f"{at[0]}/{_seed(at[1])}")]
    if not wanted:
        told = listing([f"{prompt}/{_seed(seed)}" if seed is not None else prompt for prompt, seed in both],
                       _SHOWN)
        here = f" at “{place}”" if place else ""
        raise ChoiceError(f"these two have no prompt and seed in common{here}; they share: {told or 'none'}")
    return tuple((sides[0][at], sides[1][at]) for at in wanted)


def _by_place(setup: Setup, shots: Sequence[Shot]) -> dict[tuple[str, int | None], str]:
    """Key of a method's clip by prompt and seed, in their order; clips without a prompt are left out."""
    own = [shot for shot in shots if setup_of(shot.entry) == setup and shot.entry.prompt_id]
    own.sort(key=lambda shot: (shot.entry.prompt_id, shot.entry.seed is None, shot.entry.seed or 0))
    found: dict[tuple[str, int | None], str] = {}
    for shot in own:
        found.setdefault((shot.entry.prompt_id, shot.entry.seed), shot.key)
    return found


def _seed(seed: int | None) -> str:
    return "" if seed is None else str(seed)
