"""Prompt suites from files, and choices from a suite."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from prompts.schema import SuiteError, make_suite, parse_suite
from prompts.types import REGIMES, Prompt, Suite

_BUILT_IN = Path(__file__).parent


def available_suites() -> tuple[str, ...]:
    """Names of the built-in suites, sorted; each is the stem of a YAML file in this folder."""
    return tuple(sorted(path.stem for path in _BUILT_IN.glob("*.yaml")))


def load_suite(source: str | Path) -> Suite:
    """Load and check a suite from a built-in name or a YAML file.

    A text that equals a built-in name means that suite, any other text and every ``Path`` means a file.
    Raises :class:`SuiteError` with all faults where the file cannot be read or breaks the schema.
    """
    path = _BUILT_IN / f"{source}.yaml" if source in available_suites() else Path(source)
    return parse_suite(_read(path), str(path))


def select(
    suite: Suite,
    ids: Collection[str] | None = None,
    regimes: Collection[str] | None = None,
    limit: int | None = None,
) -> Suite:
    """Take the part of a suite that has these ids and these regimes, cut to ``limit`` prompts.

    A limit takes prompts in turn from each regime, so that counts differ by one at most until a regime
    runs out. The order of the suite is kept, the digest is that of the part. No randomness.
    Raises :class:`SuiteError` for unknown ids or regimes, a limit below 1, or an empty result.
    """
    faults = _unknown("id", ids, [prompt.id for prompt in suite.prompts])
    faults += _unknown("regime", regimes, REGIMES)
    if limit is not None and limit < 1:
        faults.append(f"limit: expected at least 1, found {limit}")
    chosen = [
        prompt
        for prompt in suite.prompts
        if (ids is None or prompt.id in ids) and (regimes is None or prompt.regime in regimes)
    ]
    if not faults and not chosen:
        faults.append("no prompt has the ids and the regimes asked for; widen one of the two")
    if faults:
        raise SuiteError(f"choice from suite {suite.name}", faults)
    return make_suite(suite.name, suite.version, chosen if limit is None else _balanced(chosen, limit))


def _balanced(prompts: list[Prompt], limit: int) -> list[Prompt]:
    """Take the first ``limit`` prompts when regimes take turns, and put them back in their old order."""
    turn: dict[str, int] = {}
    ranked = []
    for position, prompt in enumerate(prompts):
        turn[prompt.regime] = turn.get(prompt.regime, -1) + 1
        ranked.append((turn[prompt.regime], REGIMES.index(prompt.regime), position))
    return [prompts[position] for position in sorted(position for *_, position in sorted(ranked)[:limit])]


def _unknown(what: str, wanted: Collection[str] | None, known: Collection[str]) -> list[str]:
    return [f"{what}: unknown {name!r}" for name in sorted(set(wanted or ()) - set(known))]


def _read(path: Path) -> object:
    from prompts.strict_yaml import read_yaml  # here, so that importing the types costs no YAML

    try:
        return read_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(available_suites())
        fault = f"no such file, and no built-in suite of that name; built in: {known}"
        raise SuiteError(str(path), [fault]) from error
    except OSError as error:
        raise SuiteError(str(path), [f"cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise SuiteError(str(path), [str(error)]) from error
