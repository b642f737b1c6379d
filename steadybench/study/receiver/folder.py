"""The folder that answers are kept in: of one study, in the hands of one receiver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError, cannot_write
from steadybench.study.gathering.sources import RECEIVER
from steadybench.study.receiver.claims import FILE, Claims
from steadybench.study.receiver.desk import Desk
from steadybench.study.receiver.journal import Journal
from steadybench.study.receiver.published import Published
from steadybench.study.receiver.sheets import Sheet
from steadybench.study.receiver.tickets import Tickets, secret


def utc() -> datetime:
    """The time."""
    return datetime.now(UTC)


@contextmanager
def opened(
    answers: Path, published: Published, lasts: timedelta, say: Callable[[str], None],
    clock: Callable[[], datetime] = utc,
) -> Iterator[Desk]:
    """Take the folder into hand, after mending what a killed receiver left.

    Args:
        answers: the folder; made where it does not exist.
        published: the export whose answers it holds.
        lasts: silence after which a session may be given to another rater.
        say: told of what was mended and of finished sessions.
        clock: the time in UTC.

    Raises:
        InputError: it lies in the export or around it, is of another study, or another receiver has it.
        StorageError: it cannot be written.
    """
    _apart(answers.resolve(), published.folder)
    own = answers / RECEIVER
    strange = f"--answers {answers} is not a folder."
    busy = f"Another receiver keeps answers in {answers}. Stop it or name another --answers."
    with atomic.hold(own / "lock", strange, busy):
        try:
            atomic.sweep(answers)
            _of_study(own / "study", published.study_digest, answers)
            tickets = Tickets(secret(own / "secret"), published.study_digest)
            sheets = {session: Sheet(answers, session) for session in published.seats}
            claims = _claims(own / FILE, published, lasts, clock)
            _mend(claims, sheets, say, clock)
        except OSError as error:
            raise cannot_write(answers, error) from error
        yield Desk(published, claims, sheets, tickets, clock, say)


def _apart(answers: Path, export: Path) -> None:
    if answers.is_relative_to(export) or export.is_relative_to(answers):
        raise InputError(f"--answers {answers} and the export {export} must not lie in each other: raters "
                         "may read the export.")


def _of_study(path: Path, digest: str, answers: Path) -> None:
    if not path.exists():
        atomic.write_text(path, digest + "\n")
    if (found := path.read_text(encoding="ascii", errors="replace").strip()) != digest:
        raise InputError(f"{answers} holds answers of study {found[:12]}, but the export is of study "
                         f"{digest[:12]}. Name another --answers.")


def _claims(
    path: Path, published: Published, lasts: timedelta, clock: Callable[[], datetime]
) -> Claims:
    try:
        return Claims(Journal(path), published.seats, lasts, clock)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged ({error!s:.80}). Answers are not touched by that; move the file "
                         "away to start with all sessions free.") from None


def _mend(
    claims: Claims, sheets: dict[str, Sheet], say: Callable[[str], None], clock: Callable[[], datetime]
) -> None:
    for session, sheet in sheets.items():
        if sheet.cut:
            say(f"Session {session}: cut off {sheet.cut} bytes of a line that was never finished and never "
                "confirmed.")
        rater = claims.holder(session)
        if last := sheet.last(rater):
            claims.touch(session, rater, last)
    for session, rater in claims.withdrawn:
        if session in sheets and (count := sheets[session].delete(rater, clock())):
            say(f"Session {session}: deleted {count} answers of a rater who withdrew.")
