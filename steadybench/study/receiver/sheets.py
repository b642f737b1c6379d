"""The answers of each session, in one file that only grows."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from steadybench.study.answers import Answer
from steadybench.study.gathering import values
from steadybench.study.gathering.gather import TOMBSTONE
from steadybench.study.receiver.journal import Journal

CONFLICTS = "conflicts"
"""Folder within ANSWERS for second, different answers to one trial."""
MOST_CONFLICTS = 100
"""Lines of a session's file of conflicts; further ones are refused without being stored."""

Taken = Literal["kept", "conflict"]


@dataclass(frozen=True, slots=True)
class _Sorted:
    fresh: list[Answer]
    clashing: list[Answer]


class Sheet:
    """One session's answers. Hold :attr:`lock` around everything else."""

    def __init__(self, answers: Path, session: str) -> None:
        """Take up what was kept before.

        Raises:
            OSError: the files cannot be read.
        """
        self.lock = threading.RLock()
        self._session = session
        self._journal = Journal(answers / f"{session}.jsonl")
        self._conflicts = Journal(answers / CONFLICTS / f"{session}.jsonl")
        self.cut = self._journal.cut + self._conflicts.cut
        self._kept: dict[tuple[str, str], Answer] = {}
        self._ids: dict[str, Answer] = {}
        for line in self._journal.lines:
            try:
                self._remember(values.read(json.loads(line)))
            except ValueError:
                continue  # gathering names it; it was not written here

    def answered(self, rater: str) -> list[str]:
        """Trials that a rater has answered."""
        return [trial for who, trial in self._kept if who == rater]

    def last(self, rater: str) -> datetime | None:
        """When the rater's last answer came."""
        return max((values.moment(own.received) for (who, _), own in self._kept.items()
                    if who == rater and own.received), default=None)

    def knows(self, answer: Answer) -> bool:
        """Whether this very answer is kept already."""
        return self._ids.get(answer.answer_id) == replace(answer, received="")

    def take(self, answers: Sequence[Answer], now: datetime) -> list[Taken]:
        """Keep answers, those that are kept already included; different ones to one trial go apart.

        Returns:
            What became of each, in order; all of it is on disk.

        Raises:
            OSError: they could not be written; none of them is kept.
        """
        parted = self._parted(answers)
        dated = [replace(own, received=values.stamp(now)) for own in parted.fresh]
        if dated:
            self._journal.append("".join(values.line(own) for own in dated).encode())
        for own in dated:
            self._remember(own)
        if parted.clashing:
            self._store_conflicts(parted.clashing, now)
        return ["kept" if self.knows(own) else "conflict" for own in answers]

    def delete(self, rater: str, now: datetime) -> int:
        """Delete a rater's answers from the disk; one line says that there were some.

        Returns:
            How many were deleted.

        Raises:
            StorageError: the file could not be written anew; the answers are there still.
            OSError: the folder could not be brought to the disk.
        """
        mark = rater.encode()
        stays = [line for line in self._conflicts.lines if mark not in line]
        if len(stays) < len(self._conflicts.lines):
            self._conflicts.replace(stays)
        ours = [line for line in self._journal.lines if mark in line]
        stones = [line for line in ours if _is_stone(line)]
        if stones and len(ours) == len(stones):
            return 0
        count = len(ours) - len(stones)
        stone = {TOMBSTONE: values.stamp(now), "session_id": self._session, "rater_digest": rater,
                 "deleted": count}
        others = [line for line in self._journal.lines if mark not in line]
        self._journal.replace([*others, *stones, json.dumps(stone, sort_keys=True).encode()])
        self._kept = {key: own for key, own in self._kept.items() if key[0] != rater}
        self._ids = {name: own for name, own in self._ids.items() if own.rater_digest != rater}
        return count

    def _parted(self, answers: Sequence[Answer]) -> _Sorted:
        """New answers, and those that clash with kept ones or with an earlier one of the same post."""
        fresh: list[Answer] = []
        clashing: list[Answer] = []
        trials = set(self._kept)
        ids = dict(self._ids)
        for own in answers:
            if ids.get(own.answer_id) == own:
                continue
            clash = own.answer_id in ids or (own.rater_digest, own.trial_id) in trials
            (clashing if clash else fresh).append(own)
            if not clash:
                ids[own.answer_id] = own
                trials.add((own.rater_digest, own.trial_id))
        return _Sorted(fresh, clashing)

    def _store_conflicts(self, answers: Sequence[Answer], now: datetime) -> None:
        stored = {replace(values.read(json.loads(line)), received="") for line in self._conflicts.lines}
        room = max(0, MOST_CONFLICTS - len(stored))
        new = list(dict.fromkeys(own for own in answers if own not in stored))[:room]
        if new:
            self._conflicts.path.parent.mkdir(exist_ok=True)
            lines = (values.line(replace(own, received=values.stamp(now))) for own in new)
            self._conflicts.append("".join(lines).encode())

    def _remember(self, answer: Answer) -> None:
        self._kept[answer.rater_digest, answer.trial_id] = answer
        self._ids[answer.answer_id] = replace(answer, received="")


def _is_stone(line: bytes) -> bool:
    try:
        return TOMBSTONE in json.loads(line)
    except (ValueError, TypeError):
        return False
