"""Runs on disk to the clips that a study could show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.comparing.load import load
from steadybench.errors import InputError
from steadybench.study.planning.candidates import Candidate, LeftOut
from steadybench.study.planning.placing import Found, left_out, parted, seed_indices
from steadybench.study.planning.request import Request

if TYPE_CHECKING:
    from reports.gather import Setup
    from reports.model import QuantityCard

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Read:
    """What the runs hold."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    labels: Mapping[Setup, str]
    """As reports name the systems; no two alike."""
    quantities: Mapping[str, QuantityCard]


def read(runs: Sequence[Path], request: Request, tell: Tell) -> Read:
    """Read runs, whose order does not matter.

    Raises:
        InputError: a folder holds no run, or a method, prompt or clip that was named is in none.
        NothingFoundError: a run has no clips.
    """
    from reports.gather import setup_of, shots
    from reports.labels import labels

    loaded = {folder.resolve(): load(folder, tell) for folder in sorted(runs)}
    every = {folder: shots(data) for folder, data in loaded.items()}
    named = {setup: label.text for setup, label in labels(s for own in every.values() for s in own).items()}
    found = [Found(folder, entry, shot, setup_of(entry)) for folder, own in every.items()
             for shot in own for entry in (shot.entry, *shot.also)]
    wanted, asked_out = _asked_for(found, named, request)
    usable, unusable = parted(wanted, seed_indices(found))
    for line in _apart(named):
        tell(line)
    quantities = {card.id: card for data in loaded.values() for card in data.quantities}
    return Read(tuple(usable), (*asked_out, *unusable), named, quantities)


def _apart(named: Mapping[Setup, str]) -> Iterator[str]:
    """Name systems that differ in weights or revision alone."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for setup, text in named.items():
        alike[setup[:3]].append(text)
    for own in alike.values():
        if len(own) > 1:
            yield (f"{' and '.join(sorted(own))} differ in weights or revision: they are two systems, "
                   "never pooled.")


def _asked_for(found: Sequence[Found], named: Mapping[Setup, str], request: Request
               ) -> tuple[list[Found], list[LeftOut]]:
    """Part what was asked for from the rest, which the plan lists: choices by hand are part of the rule."""
    systems = set(named) if request.methods is None else _systems(named, request.methods)
    known = {one.entry.prompt_id for one in found}
    prompts = known if request.prompts is None else set(request.prompts)
    if unknown := sorted(prompts - known):
        raise InputError(f"No clip has the prompt {', '.join(unknown)}; {_those(known - {''})}.")
    excluded = _excluded(found, request.exclude)
    wanted = [one for one in found if one.setup in systems and one.entry.prompt_id in prompts]
    out = [LeftOut("the system was not asked for", (setup,), name=text)
           for setup, text in sorted(named.items()) if setup not in systems]
    out += [LeftOut("the prompt was not asked for", prompt=prompt, name=prompt)
            for prompt in sorted(known - prompts)]
    out += [left_out(one, "excluded by hand") for one in wanted if id(one) in excluded]
    return [one for one in wanted if id(one) not in excluded], out


def _excluded(found: Sequence[Found], patterns: Sequence[str]) -> set[int]:
    """Ids of the entries that patterns fit.

    Raises:
        InputError: one fits none.
    """
    matched = {pattern: [one for one in found if _is_called(one, pattern)] for pattern in patterns}
    if idle := [pattern for pattern, ones in matched.items() if not ones]:
        raise InputError(f"--exclude {', '.join(idle)} fits no clip: expected a clip's name as reports show "
                         "it, its file, the first 12 or more digits of its SHA-256, or a pattern with * of "
                         "the first two.")
    return {id(one) for ones in matched.values() for one in ones}


def _systems(named: Mapping[Setup, str], methods: Sequence[str]) -> set[Setup]:
    """Systems called so by their label, their method, or ``method:configuration``."""
    calls = {setup: {text, setup.method, f"{setup.method}:{setup.configuration}"}
             for setup, text in named.items()}
    if unknown := [name for name in methods if not any(name in own for own in calls.values())]:
        raise InputError(f"No clip is of {', '.join(unknown)}; {_those(named.values())}.")
    return {setup for setup, own in calls.items() if own & set(methods)}


def _those(known: Collection[str]) -> str:
    return f"there are: {', '.join(sorted(known))}" if known else "the runs name none (see score --manifest)"


def _is_called(one: Found, pattern: str) -> bool:
    names = (one.entry.clip, str(one.entry.path), one.entry.path.name)
    digest = len(pattern) >= 12 and one.entry.clip_sha256.startswith(pattern)
    return digest or pattern in names or any(fnmatchcase(name, pattern) for name in names)
