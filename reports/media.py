"""Clips and stills beside the pages: linked where browsers play the file as it is, else transcoded once."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from reports.files import replacing, write_atomic
from reports.video import Probe, UnreadableError, playable, probe, stills, transcode

_VERSION = 2
"""Raise when the media below would come out differently, so that older outputs are made anew."""


@dataclass(frozen=True, slots=True)
class Media:
    """What a page can show of a clip. Names are files in ``clips/``, empty where there is none."""

    video: str = ""
    poster: str = ""
    strip: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    seconds: float = 0.0
    transcoded: str = ""
    """Why the file is shown transcoded, empty if it is shown as it is."""
    problem: str = ""
    """Why there is nothing to play, empty if there is."""


def prepare(source: Path, key: str, folder: Path) -> Media:
    """Put a clip's video, poster and filmstrip into ``folder``, reusing what an earlier build left there.

    ``key`` names the outputs and stands for the file's content. A file that is missing or cannot be decoded
    gives a ``Media`` whose ``problem`` says so; nothing is raised for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (kept := _kept(folder / f"{key}.json", folder)) is not None:
        return kept
    if not source.is_file():
        return Media(problem="The file is no longer where it was measured, so there is nothing to play.")
    try:
        media = _make(source, key, folder)
    except UnreadableError as fault:
        media = Media(problem=f"The file cannot be shown: {fault}.")
    write_atomic(folder / f"{key}.json", json.dumps({"version": _VERSION, **asdict(media)}, sort_keys=True))
    return media


def _kept(record: Path, folder: Path) -> Media | None:
    """Return what an earlier build made, if all of it is still there."""
    if not record.is_file():
        return None
    fields = json.loads(record.read_text(encoding="utf-8"))
    if fields.pop("version", None) != _VERSION:
        return None
    media = Media(**fields)
    names = (media.video, media.poster, media.strip)
    return media if all((folder / name).is_file() for name in names if name) else None


def _make(source: Path, key: str, folder: Path) -> Media:
    seen = probe(source)
    video = folder / f"{key}.mp4"
    reason = playable(seen)
    if reason:
        transcode(source, video, seen.fps)
        seen = probe(video)
    else:
        link(source, video)
    poster, strip = stills(video, seen)
    write_atomic(folder / f"{key}.jpg", poster)
    write_atomic(folder / f"{key}.strip.jpg", strip)
    return _described(seen, key, reason)


def _described(seen: Probe, key: str, reason: str) -> Media:
    return Media(
        video=f"{key}.mp4", poster=f"{key}.jpg", strip=f"{key}.strip.jpg", width=seen.width,
        height=seen.height, fps=round(seen.fps, 4), seconds=round(seen.seconds, 4), transcoded=reason,
    )


def link(source: Path, target: Path) -> None:
    """Hard-link a file, or copy it where the file system cannot link; replaces the target in one step."""
    with replacing(target) as part:
        try:
            os.link(source.resolve(), part)
        except OSError:
            shutil.copyfile(source, part)
