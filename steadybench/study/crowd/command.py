"""The work behind ``study crowd``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study import key as keys
from steadybench.study import planfile
from steadybench.study.crowd import batch, codes, pay, submissions, work
from steadybench.study.crowd.batch import Platform
from steadybench.study.receiver import published


def write_batch(export: Path, platform: Platform, url: str, out: Path, say: Callable[[str], None]) -> None:
    """Write what a platform is given.

    Raises:
        InputError: the export or the address is none, or the file would lie in the export.
        StorageError: a file cannot be written.
    """
    study = published.load(export)
    if out.resolve().is_relative_to(study.folder):
        raise InputError(f"--out {out} must not lie in the export: raters may read that.")
    made = batch.make(study, platform, url, out)
    batch.write(made)
    for line in made.told:
        say(line)


def write_payments(
    study: Path, results: Path, answers: Sequence[Path], out: Path, key: Path | None,
    say: Callable[[str], None],
) -> None:
    """Match a platform's results with the answers and write who is to be paid.

    Raises:
        InputError: the study, its key, the results or a receiver's record cannot be read; says what is
            missing.
        StorageError: the table cannot be written.
    """
    plan = planfile.load(study)
    own = keys.load(key or study / keys.FILE)
    given = submissions.load(results)
    sources = [*answers, *([results] if given.holds_answers else [])]
    did = work.done(sources, plan, planfile.digest(plan))
    payments = pay.decide(given.submissions, did, plan, codes.known(answers, plan, own))
    atomic.write_text(out, pay.table(payments), private=True)
    for fault in given.faults:
        say(fault)
    for line in _told(payments, did, out):
        say(line)
    if any(one.code == "wrong" for one in payments) and not codes.noted(answers):
        say("No receiver's record of completion codes was found, so only those of a page without a receiver "
            "are known. Where there was one, name its whole folder with --answers.")


def _told(payments: Sequence[pay.Payment], did: Sequence[work.Work], out: Path) -> list[str]:
    count = Counter(one.pay for one in payments)
    raters = Counter(one.platform_id for one in payments)
    named = {one.session_id for one in payments}
    told = [
        f"{len(payments)} submissions: pay {count['yes']}, refuse {count['no']}, look at {count['look']}.",
        f"{out} holds platform ids: keep it apart, and delete it when all are paid.",
    ]
    if twice := sum(often > 1 for often in raters.values()):
        told.append(f"{twice} raters come more than once.")
    if lost := sorted({one.session for one in did} - named):
        told.append(f"{len(lost)} sessions have answers but no submission: {', '.join(lost)}.")
    return told
