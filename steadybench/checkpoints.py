"""The checkpoints of the published methods: what is here, bring the rest, check it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generators.contract import GeneratorError
from generators.wan import digests, files, table
from generators.wan.fetch import fetch
from generators.wan.table import HubFile
from steadybench.errors import INCOMPLETE, OK
from steadybench.progress import Progress, Say


def names() -> tuple[str, ...]:
    """Everything that can be fetched by name."""
    return (*table.published(), table.BASE_NAME)


def show(say: Say) -> None:
    """List every checkpoint, what it is, which rows run on it, and whether its files are here, unchecked."""
    say("\nCheckpoints of the published methods, for the backbone wan2.1-1.3b; fetched by name only.")
    say(f"Folder: {digests.models_folder()}")
    own = table.base()
    say(f"\n{table.BASE_NAME:<30} {own.licence}")
    say("  Wan2.1's text encoder, tokeniser and video autoencoder, which every checkpoint needs")
    _show_files(own.files, say)
    for row in table.published().values():
        say(f"\n{row.name:<30} {row.licence if row.licence != 'not stated' else 'licence not stated'}")
        say(f"  {row.title}; run by {', '.join(table.rows_of(row.name))}")
        if row.notes:
            say(f"  {row.notes}")
        _show_files(row.files, say)


def get(wanted: Sequence[str], progress: Progress) -> int:
    """Fetch checkpoints by name; faults are told together at the end. Returns the exit code."""
    for name in wanted:
        if name in table.published():
            progress(f"{name}: licence of the weights: {table.checkpoint(name).licence}")
    try:
        faults = fetch(wanted, progress)
    except GeneratorError as fault:
        faults = (str(fault),)
    for told in faults:
        progress(f"Failed: {told}")
    return INCOMPLETE if faults else OK


def verify(say: Say) -> int:
    """Read every file that is here and compare its digest. Returns the exit code: 3 if one is not right."""
    digests.forget()
    bad, missing = False, 0
    for file in _all_files():
        if files.place(file) is None:
            missing += 1
            continue
        found = files.find(file)
        if found.condition == "good":
            say(f"{file.name:<30} good     {found.sha256}")
        else:
            bad = True
            say(f"{file.name:<30} {found.condition:<8} {found.fault}")
    if missing:
        say(f"{missing} files of checkpoints are not here")
    return INCOMPLETE if bad else OK


def _show_files(shown: Sequence[HubFile], say: Say) -> None:
    for file in shown:
        state = "here" if files.place(file) else "missing"
        digest = f"SHA-256 {file.sha256}" if file.sha256 else "no SHA-256 known before it is fetched"
        say(f"  {state:<8} {file.told_size:>12}  {file.repo} {file.path}")
        say(f"  {digest}")


def _all_files() -> Iterator[HubFile]:
    """Every file once, though two checkpoints may share it."""
    every = [file for row in table.published().values() for file in row.files]
    yield from {(file.repo, file.path): file for file in (*table.base().files, *reversed(every))}.values()
