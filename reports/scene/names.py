"""What clips are called on a page of their own, where a method's bare name may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.gather import setup_of
from reports.pages import Shown


@dataclass(frozen=True, slots=True)
class Name:
    """A clip's name in parts: its row of the leaderboard, its seed, and what is known besides."""

    short: str
    seed: str
    """Empty where all clips of the page have the same."""
    more: str

    @property
    def told(self) -> str:
        """What tells the clip from its neighbours."""
        return f"{self.short} {self.seed}".rstrip()


def names(clips: Sequence[Shown]) -> Mapping[str, Name]:
    """Name each clip by its key; a bare method will do where no other row of the leaderboard has it."""
    setups = {setup_of(clip.shot.entry) for clip in clips}
    methods = [setup.method for setup in setups]
    seeds = {clip.shot.entry.seed for clip in clips}
    return {clip.shot.key: _name(clip, alone=methods.count(clip.shot.entry.method) == 1,
                                 seeded=len(seeds) > 1) for clip in clips}


def _name(clip: Shown, *, alone: bool, seeded: bool) -> Name:
    entry, text = clip.shot.entry, clip.label.text
    short = entry.method if alone and entry.method and text.startswith(entry.method) else text or entry.clip
    rest = text.removeprefix(short).lstrip(": ")
    seed = f"seed {entry.seed}" if entry.seed is not None else ""
    return Name(short, seed if seeded else "", " · ".join(part for part in (rest, *clip.label.more) if part))
