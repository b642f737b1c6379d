"""``steadybench study plan``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from steadybench import atomic, wanted
from steadybench.errors import InputError
from steadybench.study import apart, planfile, wording
from steadybench.study import key as keys
from steadybench.study.exporting import record
from steadybench.study.locking import lockfile
from steadybench.study.planning import balance
from steadybench.study.planning.listing import listed
from steadybench.study.planning.making import Made, make
from steadybench.study.planning.outlook import outlook
from steadybench.study.planning.reading import Read, Tell, read
from steadybench.study.planning.request import Request

_ELSEWHERE = "Name a folder of its own for the study and its key."


def plan(runs: Sequence[Path], out: Path, request: Request, tell: Tell) -> Made:
    """Plan a study, say what it can resolve, and write it unless this is a dry run.

    Raises:
        SteadybenchError: see :func:`steadybench.study.planning.making.make`; or the study is locked, or would
            lie inside a run or an export; or the disk does not take it.
    """
    own = request.key or out / keys.FILE
    _check_place(out, runs)
    _check_place(own.parent, runs)
    known = own.exists()
    secret = keys.load(own).secret if known else keys.new_secret()
    found = read(runs, request, tell)
    wording.check({"--title": request.title}, _hidden(found))
    made = make(found, request, secret)
    table = balance.rows(made.plan)
    told = (*listed(made.left_out), *made.told, *balance.worst(table))
    for line in (*told, *outlook(made.plan)):
        tell(line)
    if request.dry_run:
        tell("Nothing was written: this was a dry run.")
        return made
    if _write(made, out, own, balance.balance_csv(table)) and (out / record.FILE).exists():
        tell(f"{out} was exported with another plan: that export is stale. Run 'study export' again before "
             "anything else.")
    tell(f"The key {own} {'was there and is used again' if known else 'is new'}; keep it away from raters "
         "and from whoever analyses.")
    return made


def _write(made: Made, out: Path, own: Path, table: str) -> bool:
    """Write everything, the key first: without it nothing else can be used; say whether the plan is another.

    Raises:
        InputError: the study is locked, or the key belongs to another one.
        StorageError: the disk does not take it.
    """
    is_other = planfile.text(made.plan).encode() != _bytes(out / planfile.FILE)
    if (out / lockfile.FILE).exists():
        if is_other:
            raise InputError(f"{out} holds a study that is locked, and this would change its plan. Name a "
                             "new --out.")
        return False
    _check_owner(made.key, out, own)
    keys.save(made.key, own)
    planfile.save(made.plan, out)
    atomic.write_text(out / balance.TRIALS, balance.trials_csv(made.plan))
    atomic.write_text(out / balance.BALANCE, table)
    return is_other


def _check_owner(key: keys.Key, out: Path, own: Path) -> None:
    """Refuse to write over the key of another study: nobody could read that one's tokens any more."""
    before = keys.load(own) if own.exists() else None
    if before and before.sources and before != key and not _is_of(before, out):
        raise InputError(f"{own} is the key of another study, whose names would be lost. Give each study a "
                         "key of its own.")


def _is_of(key: keys.Key, out: Path) -> bool:
    """Whether the plan that is there, if it can be read, speaks in the tokens of a key."""
    if not (out / planfile.FILE).exists():
        return False
    try:
        plan = planfile.load(out)
    except InputError:
        return True
    return key.sources.keys() == {one.source for one in plan.stimuli if one.source}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _check_place(folder: Path, runs: Sequence[Path]) -> None:
    """Refuse to put a study or a key where others may look.

    Raises:
        InputError: the folder lies in one of the runs, is a run itself, or lies in an export.
    """
    inside = folder.resolve()
    homes = (inside, *inside.parents)
    for run in runs:
        if run.resolve() in homes:
            raise InputError(f"{folder} lies in the run {run}, which others may read. {_ELSEWHERE}")
    if (inside / wanted.FILE).is_file():
        raise InputError(f"{folder} is a run itself. {_ELSEWHERE}")
    apart.check(folder, "a study or its key")


def _hidden(found: Read) -> keys.Key:
    """The names of all systems of the runs, in the study or not."""
    systems = {text: keys.System(text, setup.method, setup.configuration, setup.backbone, ())
               for setup, text in found.labels.items()}
    return keys.Key("", systems, {}, {})
