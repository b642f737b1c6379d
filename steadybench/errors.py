"""What can go wrong for a user, each with the exit code that a script can rely on.

``steadybench --help`` prints :data:`EXIT_CODES`, so this module is the one place that defines them.
"""

from __future__ import annotations

import errno

OK = 0
USAGE = 2
INCOMPLETE = 3
NOTHING = 4
UNWRITABLE = 5
WORSE = 6
LEAKING = 7
INTERRUPTED = 130

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (OK, "every wanted record exists"),
    (USAGE, "wrong usage, or a bad manifest, mask, suite or method name; nothing was run"),
    (
        INCOMPLETE,
        (
            "some clips, jobs or weights failed (all others are done, the same command retries those); or "
            "plan or doctor found what stands in the way, or check something missing or not comparable"
        ),
    ),
    (NOTHING, "nothing to do: no clip, prompt or weights file was found"),
    (
        UNWRITABLE,
        "the output could not be written (disk full, no permission); records written before stay valid",
    ),
    (WORSE, "check found a method that is worse than in the baseline"),
    (LEAKING, "study scan found something that could tell raters which method made a clip"),
    (INTERRUPTED, "interrupted; the same command goes on where it stopped"),
)

_STORAGE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


class SteadybenchError(Exception):
    """Shown to the user as one message without a traceback."""

    exit_code = USAGE


class InputError(SteadybenchError):
    """The command cannot be run as given."""


class NothingFoundError(SteadybenchError):
    """No clip or prompt was found."""

    exit_code = NOTHING


class StorageError(SteadybenchError):
    """The output folder does not take any more bytes."""

    exit_code = UNWRITABLE


class Interrupted(KeyboardInterrupt):
    """SIGTERM, handled exactly like Ctrl-C."""


def is_storage_fault(error: OSError) -> bool:
    """Whether the error says that a disk is full, over quota, read-only or takes no larger file."""
    return error.errno in _STORAGE_ERRNOS


def cannot_write(what: object, error: OSError) -> StorageError:
    """Say which file could not be written, why, and what to do."""
    reason = error.strerror or str(error)
    return StorageError(
        f"Cannot write {what}: {reason}. Free some space or choose another --out, then run the same command "
        "again; what was written before is kept and not done twice."
    )
