"""Runs on disk to the clips that a study could show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from steadybench.comparing.load import load
from steadybench.errors import InputError
from steadybench.study.planning.candidates import Candidate, LeftOut
from steadybench.study.planning.request import Request

if TYPE_CHECKING:
    from reports.gather import Setup, Shot
    from reports.model import ClipEntry, QuantityCard

Tell = Callable[[str], None]
_Shape: TypeAlias = tuple[Fraction | None, tuple[int, int], float]
"""Frames a second, None where intervals differ; width and height; seconds."""
NO_SEED = -1


@dataclass(frozen=True, slots=True)
class Read:
    """What the runs hold."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    labels: Mapping[Setup, str]
    """As reports name the systems; no two alike."""
    quantities: Mapping[str, QuantityCard]


@dataclass(frozen=True, slots=True)
class _Found:
    """One entry of a run."""

    run: Path
    entry: ClipEntry
    shot: Shot
    setup: Setup


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
    found = [_Found(folder, entry, shot, setup_of(entry)) for folder, own in every.items()
             for shot in own for entry in (shot.entry, *shot.also)]
    wanted, asked_out = _asked_for(found, named, request)
    usable, unusable = _parted(wanted, _seed_indices(found))
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


def _asked_for(found: Sequence[_Found], named: Mapping[Setup, str], request: Request
               ) -> tuple[list[_Found], list[LeftOut]]:
    wanted = list(found)
    if request.methods is not None:
        keep = _systems(named, request.methods)
        wanted = [one for one in wanted if one.setup in keep]
    if request.prompts is not None:
        known = {one.entry.prompt_id for one in found}
        if unknown := [name for name in request.prompts if name not in known]:
            raise InputError(f"No clip has the prompt {', '.join(unknown)}; there are: "
                             f"{', '.join(sorted(known))}.")
        wanted = [one for one in wanted if one.entry.prompt_id in request.prompts]
    matched = {pattern: [one for one in found if _is_called(one, pattern)] for pattern in request.exclude}
    if idle := [pattern for pattern, ones in matched.items() if not ones]:
        raise InputError(f"--exclude {', '.join(idle)} fits no clip: expected a clip's name as reports show "
                         f"it, "
                         "its file, the first 12 or more digits of its SHA-256, or a pattern with * of "
                         "these.")
    gone = {id(one) for ones in matched.values() for one in ones}
    out = [_left_out(one, "excluded by hand") for one in wanted if id(one) in gone]
    return [one for one in wanted if id(one) not in gone], out


def _systems(named: Mapping[Setup, str], methods: Sequence[str]) -> set[Setup]:
    """Systems called so by their label, their method, or ``method:configuration``."""
    calls = {setup: {text, setup.method, f"{setup.method}:{setup.configuration}"}
             for setup, text in named.items()}
    if unknown := [name for name in methods if not any(name in own for own in calls.values())]:
        raise InputError(f"No clip is of {', '.join(unknown)}; there are: "
                         f"{', '.join(sorted(named.values()))}.")
    return {setup for setup, own in calls.items() if own & set(methods)}


def _is_called(one: _Found, pattern: str) -> bool:
    names = (one.entry.clip, str(one.entry.path), one.entry.path.name)
    digest = len(pattern) >= 12 and one.entry.clip_sha256.startswith(pattern)
    return digest or pattern in names or any(fnmatchcase(name, pattern) for name in names)


def _left_out(one: _Found, reason: str, detail: str = "") -> LeftOut:
    return LeftOut(reason, (one.setup,), one.entry.prompt_id, one.entry.seed, one.entry.clip, detail)


def _parted(found: Sequence[_Found], indices: Mapping[Setup, Mapping[int, int]]
            ) -> tuple[list[Candidate], list[LeftOut]]:
    """Part entries into one usable clip a place and the rest with reasons."""
    places: dict[tuple[object, ...], dict[str, list[_Found]]] = defaultdict(lambda: defaultdict(list))
    out: list[LeftOut] = []
    for one in found:
        if reason := _fault(one):
            out.append(_left_out(one, *reason))
        else:
            places[_place(one)][one.entry.clip_sha256].append(one)
    single = [ones for digests in places.values() for ones in digests.values() if len(digests) == 1]
    out += [_left_out(one, "another clip of the same system, prompt and seed differs from it; choose with "
                      "--exclude") for digests in places.values() if len(digests) > 1
            for ones in digests.values() for one in ones[:1]]
    alone, doubles = _without_doubles(single)
    made: list[Candidate] = []
    for ones in alone:
        candidate = _candidate(ones, indices)
        if isinstance(candidate, LeftOut):
            out.append(candidate)
        else:
            made.append(candidate)
    return made, [*out, *doubles]


def _seed(one: _Found) -> int:
    return NO_SEED if one.entry.seed is None else one.entry.seed


def _place(one: _Found) -> tuple[Setup, str, int]:
    return one.setup, one.entry.prompt_id, _seed(one)


def _seed_indices(found: Sequence[_Found]) -> dict[Setup, dict[int, int]]:
    """Number the seeds of each system, among all seeds of the runs that hold it."""
    of_run: dict[Path, set[int]] = defaultdict(set)
    for one in found:
        of_run[one.run].add(_seed(one))
    seeds: dict[Setup, set[int]] = defaultdict(set)
    for one in found:
        seeds[one.setup] |= of_run[one.run]
    return {setup: {seed: index for index, seed in enumerate(sorted(own))} for setup, own in seeds.items()}


def _fault(one: _Found) -> tuple[str, str] | None:
    """Why a clip cannot be shown, without names, and what the terminal adds."""
    entry = one.entry
    if not entry.clip_sha256:
        return "the run has no clip that could be read", "; ".join(entry.notes[-1:])
    if not entry.method:
        return "nobody said which method made it", ""
    if not entry.prompt_id:
        return "nobody said to which prompt it belongs", ""
    if entry.fixed_camera is False:
        return "its camera is not meant to be fixed", ""
    return None if entry.path.is_file() else ("its file is missing", f"{entry.path} is not there")


def _without_doubles(groups: Sequence[Sequence[_Found]]) -> tuple[list[Sequence[_Found]], list[LeftOut]]:
    """Leave out files with the same bytes at several places.

    Under several seeds of one system and prompt the first stands. Otherwise nobody can know which of the
    places the file belongs to, and it is shown at none.
    """
    same: dict[str, list[Sequence[_Found]]] = defaultdict(list)
    for ones in groups:
        same[ones[0].entry.clip_sha256].append(ones)
    alone: list[Sequence[_Found]] = []
    out: list[LeftOut] = []
    for twins in same.values():
        if len({_place(ones[0])[:2] for ones in twins}) == 1:
            first, *others = sorted(twins, key=lambda ones: _seed(ones[0]))
            alone.append(first)
            out += [_left_out(ones[0], "its bytes are those of a lower seed") for ones in others]
            continue
        out += [_left_out(ones[0], "the same bytes stand for another system or prompt too") for ones in twins]
    return alone, out


def _candidate(ones: Sequence[_Found], indices: Mapping[Setup, Mapping[int, int]]) -> Candidate | LeftOut:
    from metrics.errors import ClipError

    first = min(ones, key=lambda one: str(one.entry.path))
    try:
        rate, size, seconds = _facts(first.entry.facts) or _probed(first.entry.path)
    except (ClipError, OSError, ValueError) as error:
        return _left_out(first, "its file cannot be read", str(error))
    values = {(reading.metric, reading.identity): reading.value
              for one in ones for reading in one.shot.readings if reading.value is not None}
    return Candidate(
        first.setup, first.entry.prompt_id, _seed(first), indices[first.setup][_seed(first)],
        first.entry.clip, first.entry.path, first.entry.clip_sha256,
        tuple(sorted({one.run.name for one in ones})), rate, size, seconds, values,
    )  # fmt: skip


def _facts(facts: Mapping[str, object]) -> _Shape | None:
    """What a record says of its clip; None where none says all of it."""
    told = [facts.get(name) for name in ("fps", "width", "height", "duration_s")]
    numbers = [float(number) for number in told if isinstance(number, int | float) and number > 0]
    if len(numbers) < len(told):
        return None
    fps, width, height, seconds = numbers
    return None if facts.get("variable_rate") else _rate(fps), (int(width), int(height)), seconds


def _probed(path: Path) -> _Shape:
    """What the header of an unmeasured clip says."""
    from metrics.clip import probe

    header = probe(path)
    if not header.promised_duration_s or not header.promised_fps:
        raise ValueError(f"{path} states neither length nor frame rate; score it first")
    return _rate(header.promised_fps), (header.width, header.height), header.promised_duration_s


def _rate(fps: float) -> Fraction:
    """Frames a second as the fraction that was meant, such as 30000/1001."""
    return Fraction(fps).limit_denominator(1001)

