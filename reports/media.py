"""Clips and stills beside the pages: linked where browsers play the file as it is, else transcoded once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from reports.files import replacing, write_atomic
from reports.modes import AS_THEY_ARE, Mode
from reports.video import SHORT_SIDE, Probe, UnreadableError, playable, probe, shown_size, stills, transcode

_VERSION = 3
"""Raise when the media below would come out differently, so that older outputs are made anew."""
_GONE = "The file is no longer where it was measured, so there is nothing to play."


@dataclass(frozen=True, slots=True)
class Media:
    """What a page can show of a clip. Names are files in ``clips/``; texts are empty where there is none."""

    video: str = ""
    """URL from the folder ``clips/``; leads out of the report where clips stay where they lie."""
    poster: str = ""
    strip: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    seconds: float = 0.0
    transcoded: str = ""
    """A sentence that says why the file is shown transcoded, empty if it is shown as it is."""
    problem: str = ""
    """Why there is nothing to play, empty if there is."""


@dataclass(frozen=True, slots=True)
class Order:
    """One clip whose media are wanted. ``key`` names the outputs and stands for the file's content."""

    source: Path
    key: str
    folder: Path
    mode: Mode = AS_THEY_ARE


Spread: TypeAlias = "Callable[[Callable[[Order], Media], Sequence[Order]], Iterable[tuple[int, Media]]]"
"""Calls a function on every order, here or in other processes; gives positions with results, in any order."""


def one_by_one(function: Callable[[Order], Media], orders: Sequence[Order]) -> Iterator[tuple[int, Media]]:
    """Work here, one order after the other."""
    return enumerate(map(function, orders))


def prepare_all(orders: Sequence[Order], spread: Spread = one_by_one,
                told: Callable[[], None] = lambda: None) -> list[Media]:
    """Prepare the media of several clips, in their order; ``told`` is called once for each.

    What an earlier build left is read here; only the rest is spread.
    """
    found = [_kept(order) for order in orders]
    waiting = [index for index, media in enumerate(found) if media is None]
    for _ in range(len(orders) - len(waiting)):
        told()
    for index, media in spread(prepare, [orders[index] for index in waiting]):
        found[waiting[index]] = media
        told()
    return [media or Media(problem=_GONE) for media in found]


def prepare(order: Order) -> Media:
    """Put a clip's video, poster and filmstrip into its folder, reusing what an earlier build left there.

    A file that is missing or cannot be decoded gives a ``Media`` whose ``problem`` says so; nothing is raised
    for it. Raises ``OSError`` where a file cannot be written.
    """
    if (kept := _kept(order)) is not None:
        return kept
    earlier = _earlier(order)
    if not order.source.is_file():
        held = earlier is not None and (order.folder / earlier.video).is_file()
        return earlier if earlier and held else Media(problem=_GONE)
    try:
        media = _made(order, earlier)
    except UnreadableError as fault:
        media = Media(problem=f"The file cannot be shown: {fault}.")
    told = {"version": _VERSION, "mode": asdict(order.mode), "media": asdict(media)}
    write_atomic(order.folder / f"{order.key}.json", json.dumps(told, sort_keys=True))
    return media


def _kept(order: Order) -> Media | None:
    """Return what an earlier build made for the same mode, if all of it is still there."""
    mode, media = _recorded(order)
    if media is None or mode != order.mode:
        return None
    if order.mode.where_they_lie and media.video and not media.transcoded:
        if not order.source.is_file():
            return None
        media = replace(media, video=_where_it_lies(order))
    elif media.video and not (order.folder / media.video).is_file():
        return None
    return media if media.problem or _has_stills(order, media) else None


def _earlier(order: Order) -> Media | None:
    """Return what an earlier build made for another mode, if its pictures are still there."""
    media = _recorded(order)[1]
    return media if media is not None and media.video and _has_stills(order, media) else None


def _recorded(order: Order) -> tuple[Mode | None, Media | None]:
    record = order.folder / f"{order.key}.json"
    try:
        told = json.loads(record.read_bytes())
        return (Mode(**told["mode"]), Media(**told["media"])) if told["version"] == _VERSION else (None, None)
    except (OSError, ValueError, KeyError, TypeError):
        return None, None


def _has_stills(order: Order, media: Media) -> bool:
    return all((order.folder / name).is_file() for name in (media.poster, media.strip))


def _made(order: Order, earlier: Media | None) -> Media:
    """Make the video for the order's mode, and the pictures where an earlier mode did not leave them."""
    order.folder.mkdir(parents=True, exist_ok=True)
    seen, target = probe(order.source), order.folder / f"{order.key}.mp4"
    shown, reason = seen, _why_transcoded(seen, order.mode)
    if reason:
        transcode(order.source, target, seen.fps, min(order.mode.short_side or SHORT_SIDE, SHORT_SIDE))
        shown = probe(target)
    elif order.mode.where_they_lie:
        target.unlink(missing_ok=True)
    else:
        link(order.source, target)
    # Pictures come from the original in every mode, so that they do not depend on which mode was first. Where
    # browsers cannot play it, its header may be wrong about its length too.
    told = replace(seen, seconds=shown.seconds) if playable(seen) else seen
    names = f"{order.key}.jpg", f"{order.key}.strip.jpg"
    if earlier is None:
        for name, picture in zip(names, stills(order.source, told), strict=True):
            write_atomic(order.folder / name, picture)
    video = _where_it_lies(order) if order.mode.where_they_lie and not reason else target.name
    return Media(
        video=video, poster=names[0], strip=names[1], width=shown.width, height=shown.height,
        fps=round(shown.fps, 4), seconds=round(shown.seconds, 4), transcoded=reason,
    )


def _why_transcoded(seen: Probe, mode: Mode) -> str:
    """Say in a sentence why a file is not shown as it is, empty if it is."""
    if reason := playable(seen):
        return (f"Shown transcoded, because browsers do not reliably play {reason}; "
                "measured on the original.")
    if mode.short_side is None or min(seen.width, seen.height) <= mode.short_side:
        return ""
    small = "×".join(map(str, shown_size(seen.width, seen.height, mode.short_side)))
    return f"Shown transcoded to {small} pixels, as a light copy; measured on the original."


def _where_it_lies(order: Order) -> str:
    """URL of a file from the media's folder, absolute where no relative one exists."""
    try:
        way = os.path.relpath(order.source.resolve(), order.folder.resolve())
    except ValueError:  # another drive
        return order.source.resolve().as_uri()
    return quote(way.replace(os.sep, "/"))


def link(source: Path, target: Path) -> None:
    """Hard-link a file, or copy it where the file system cannot link; replaces the target in one step."""
    with replacing(target) as part:
        try:
            os.link(source.resolve(), part)
        except OSError:
            shutil.copyfile(source, part)
