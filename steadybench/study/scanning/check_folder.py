"""Leaks that show without opening a file: what lies there, since when, and whose it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import FOLDERS, belongs
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.folder import Entry

Seen = TypeVar("Seen", bound=Hashable)

_KINDS = (
    (r"key.*\.json", "the key of a study, which names every method"),
    (r"(plan|lock|export|unblinded|scan)\.json|(plan|balance)\.csv", "a file of the study's own folder"),
    (r".*(answers|responses|results).*|[0-9a-f]{16}\.jsonl", "answers"),
    (r"\..*|thumbs\.db|desktop\.ini", "a hidden file; systems and editors list names of files in such"),
    (r".*(~|\.(bak|orig|old|tmp|swp|partial|part|rej|map))", "what an editor or a broken write left behind"),
    (r".*\.(zip|tar|gz|tgz|bz2|xz|7z|rar|zst)", "an archive"),
    (r".*\.(mp4|mov|mkv|webm|avi|gif|m4v)", "a video that the export did not write"),
    (r".*\.(jpe?g|png|webp|tiff?|heic|bmp|svg)", "a picture, such as a poster or a screenshot"),
    (r".*\.(csv|tsv|xlsx?|ods|docx?|odt|pdf|md|txt|log|ya?ml|toml|json|jsonl|ipynb)", "notes or a table"),
)
_MAGIC = (
    (b"PK\x03\x04", "an archive"), (b"\x1f\x8b", "an archive"), (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"), (b"BZh", "an archive"), (b"\xfd7zXZ", "an archive"),
    (b"\xff\xd8\xff", "a picture"), (b"\x89PNG", "a picture"), (b"SQLite format 3", "a database"),
)  # fmt: skip
_SECOND = 1_000_000_000
"""Nanoseconds. Web servers and archives tell whole seconds; copying spreads dates by less."""
_REMOVE = "Remove it; what lies there reaches whoever is given the folder or guesses the address."


def layout(case: Case) -> Iterator[Finding]:
    """Files and folders that an export does not have."""
    for entry in case.export.entries:
        if entry.is_folder:
            if entry.path not in FOLDERS:
                yield Finding("layout", f"{entry.path}/", "a folder that no export has", _REMOVE)
        elif not belongs(entry.path):
            head = case.export.heads.get(entry.path, b"")
            told = f"{_kind(entry.path, head)}; no export has such a file"
            exif = " (with EXIF data)" if b"Exif" in head else ""
            yield Finding("layout", entry.path, told + exif, _REMOVE)


def _kind(path: str, head: bytes) -> str:
    name = path.rpartition("/")[2].lower()
    for start, told in _MAGIC:
        if head.startswith(start):
            return told
    return next((told for pattern, told in _KINDS if re.fullmatch(pattern, name)), "an unknown file")


def links(case: Case) -> Iterator[Finding]:
    """Links, whose targets can be read, and things that are no files."""
    for entry in case.export.entries:
        if entry.link:
            do = "Export again; files must lie in the folder themselves."
            yield Finding("links", entry.path, f"a symbolic link; it tells of {entry.link}", do)
        elif entry.is_special:
            yield Finding("links", entry.path, "a pipe, socket or device, not a file", "Remove it.")


def dates(case: Case) -> Iterator[Finding]:
    """Times of modification: web servers send them, archives keep them, and they follow the making."""
    files = [entry for entry in case.export.entries if entry.readable and belongs(entry.path)]
    first, last = (pick(files, key=lambda entry: entry.mtime_ns, default=None) for pick in (min, max))
    if first and last and last.mtime_ns - first.mtime_ns >= _SECOND:
        told = (f"the files' dates differ, from {_when(first.mtime_ns)} ({first.path}) to "
                f"{_when(last.mtime_ns)} ({last.path}); their order may tell what was made or copied when")
        do = "Export again, or give all one date: find EXPORT -exec touch -d 2000-01-01 {} +"
        yield Finding("dates", "", told, do)


def _when(nanoseconds: int) -> str:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S")


def rights(case: Case) -> Iterator[Finding]:
    """Permissions and owners."""
    for entry, mode in _odd(case, lambda entry: entry.mode):
        told = f"permissions {entry.mode:04o}, most files {mode:04o}"
        yield Finding("rights", entry.path, told, "Give all files the same: chmod 644.")
    for entry, owner in _odd(case, lambda entry: entry.owner):
        told = "owner {}:{}, most files {}:{}".format(*entry.owner, *owner)
        yield Finding("rights", entry.path, told, "Give all files to one owner.")


def attributes(case: Case) -> Iterator[Finding]:
    """Extended attributes: browsers and editors note there where a file came from."""
    for entry in case.export.entries:
        if entry.attributes:
            told = f"extended attributes {', '.join(entry.attributes)}; archives carry them along"
            yield Finding("attributes", entry.path, told, "Remove them with setfattr -x, or export again.")


def _odd(case: Case, of: Callable[[Entry], Seen]) -> Iterator[tuple[Entry, Seen]]:
    """Files of an export that differ from most in something, with what most have."""
    files = [entry for entry in case.export.entries if entry.readable and belongs(entry.path)]
    if files:
        usual = Counter(of(entry) for entry in files).most_common(1)[0][0]
        yield from ((entry, usual) for entry in files if of(entry) != usual)
