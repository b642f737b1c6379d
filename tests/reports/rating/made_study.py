"""A made-up study for the rating page: short clips, tokens that stand for nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from reports.rating.bundle import write
from reports.rating.model import Asked, Outcomes, PublicStudy, Shown, Sitting, Texts
from tests.reports.made import write_clip

FPS = 24
SALT = "000102030405060708090a0b0c0d0e0f"
TITLE = "How steady are these scenes?"


def token(name: str, digits: int = 16) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:digits]


def question() -> Asked:
    return Asked(
        id="stillness", text="In which clip does the still part of the scene stay more still?",
        definition="The still part is everything that would not move in nature, such as rocks and banks.",
        example_left=token("example left"), example_right=token("example right"), example_answer="2",
        example_why="On the left the bank slides slowly, although the camera stands on a tripod.")


def sitting(name: str, trials: int) -> Sitting:
    shown = tuple(Shown(token(f"{name} trial {i}", 12), token(f"left {i}"), token(f"right {i}"))
                  for i in range(trials))
    return Sitting(token(name), "stillness", trials // 2, token(f"code {name}", 8).upper(), shown)


def study(trials: int = 3, seconds: float = 0.6, **changes: Any) -> PublicStudy:
    own = question()
    sittings = tuple(sitting(f"session {i}", trials) for i in range(3))
    tokens = {own.example_left, own.example_right,
              *(one for each in sittings for trial in each.trials for one in (trial.left, trial.right))}
    fields: dict[str, Any] = {
        "study_digest": "ab" * 32, "title": TITLE, "questions": (own,), "sittings": sittings,
        "texts": Texts(consent="You are invited to compare short clips.\n\nTaking part is voluntary.",
                       withdrawal="You may stop at any time. Press Withdraw to have your answers deleted.",
                       flashing="The clips were screened for flashes.", contact="study@example.org",
                       pay="12.00 GBP an hour"),
        "outcomes": Outcomes("https://example.org/finished", "https://example.org/screened",
                             "https://example.org/failed"),
        "canvas": (160, 96), "highest_fps": float(FPS), "source_fps": float(FPS), "minutes": 12,
        "receiver": "",
        "rater_salt": SALT, "seconds": dict.fromkeys(sorted(tokens), seconds),
    }
    return PublicStudy(**{**fields, **changes})


def folder(out: Path, own: PublicStudy) -> Path:
    """Write the page with a clip for every token."""
    write(out, own)
    (out / "clips").mkdir(exist_ok=True)
    for seconds in sorted(set(own.seconds.values())):
        made = write_clip(out / "made.mp4", seconds, FPS, own.canvas)
        for name in (name for name, long in own.seconds.items() if long == seconds):
            (out / "clips" / f"{name}.mp4").write_bytes(made.read_bytes())
        made.unlink()
    return out
