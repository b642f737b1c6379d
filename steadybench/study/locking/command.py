"""``steadybench study lock``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.text import count
from steadybench.errors import InputError
from steadybench.study import apart, planfile
from steadybench.study import key as keys
from steadybench.study.excluding.rules import Rules
from steadybench.study.locking import commit, lockfile, planned, stopping
from steadybench.study.locking.model import Analysis, Lock, Terms
from steadybench.study.locking.stopping import Stop


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was given."""

    planned: tuple[str, ...]
    hypotheses: Path | None
    raters: int
    """0 where nobody said."""
    stop: Stop
    stopping: str
    rules: Rules
    analysis: Analysis


def lock(folder: Path, key: Path | None, export: Path | None, asked: Asked, *, now: datetime) -> str:
    """Write the lock of a study, made at ``now`` (UTC); return what there is to tell.

    Raises:
        SteadybenchError: the study is not exported or locked already, something does not fit, or the file
            cannot be written.
    """
    apart.check(folder, "a lock")
    plan = planfile.load(folder)
    own = key or folder / keys.FILE
    names = keys.load(own)
    if named := _named(asked.stopping, names):
        raise InputError(f"--stopping names {', '.join(named)}, and blind pages show that rule. Say it "
                         "without names of methods.")
    terms = Terms(_text(asked.hypotheses), asked.raters, asked.stopping.strip(), asked.stop,
                  planned.read(asked.planned, plan, names), asked.rules, asked.analysis)
    made = commit.make(folder, plan, own, terms, now)
    if export is not None and (found := tuple(commit.export_faults(made, folder, export))):
        raise InputError(f"The study cannot be locked. {' '.join(found)} Run the same 'study export' again.")
    path = lockfile.save(made, folder)
    return "\n".join((_told(path, lockfile.load(folder), len(plan.sessions)), *_naming(terms, names)))


def check(folder: Path, key: Path | None, export: Path | None, deposited: str) -> tuple[str, ...]:
    """Say what no longer fits the lock, a sentence each; the key is looked at where it lies there.

    Raises:
        InputError: there is no study, no lock, or the lock was edited.
    """
    found = lockfile.load(folder, deposited)
    plan = planfile.load(folder)
    own = key or (folder / keys.FILE if (folder / keys.FILE).exists() else None)
    return (*commit.faults(found, plan, own), *commit.export_faults(found, folder, export))


def _told(path: Path, made: Lock, sessions: int) -> str:
    held = ", ".join((
        count(len(made.questions), "question"), count(len(made.terms.planned), "planned comparison"),
        count(len(made.export), "file"), count(made.terms.raters, "rater"),
    ))  # fmt: skip
    deposit = "Deposit this digest before the first answer, where it gets a date of its own:"
    return (f"{path}: {held}, locked at {made.locked_at}.\n{stopping.sentence(made.terms.stop, sessions)}\n"
            f"{deposit}\n"
            f"SHA-256 {lockfile.digest(made)}")


def _naming(terms: Terms, key: keys.Key) -> Iterator[str]:
    if (named := _named(terms.hypotheses, key)) and terms.planned:
        yield (f"The hypotheses name {', '.join(named)}: beside planned comparisons by token that tells "
               "whoever reads the lock which system is which. Keep the lock from those who analyse blindly; "
               "their page shows hypotheses only once the study is unblinded.")


def _named(text: str, key: keys.Key) -> list[str]:
    words = text.casefold()
    return sorted({system.method for system in key.systems.values() if system.method.casefold() in words})


def _text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The hypotheses {path} cannot be read as UTF-8 text ({error}).") from None
