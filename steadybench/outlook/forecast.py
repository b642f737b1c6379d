"""What the clips that are left will take, in one line, said before a run starts making them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from steadybench.outlook import words
from steadybench.outlook.disk import Bytes, clip_bytes
from steadybench.outlook.past import Past
from steadybench.plan import PlannedClip


def forecast(left: Sequence[PlannedClip], out: Path) -> str:
    """Length, time and disk of clips that are to be made, as far as finished clips of their rows tell.

    Args:
        left: clips to make, at least one.
        out: folder of the run.
    """
    past = Past(out)
    seconds, known_s, making_s = 0.0, 0.0, 0.0
    disk = Bytes(0, 0, 0)
    for item in left:
        job, info = item.job, item.method.info
        paces = past.paces(info, (job.width, job.height))
        seconds += job.seconds
        if paces:
            known_s += job.seconds
            making_s += job.seconds * sum(pace.made_s for pace in paces) / sum(pace.seconds for pace in paces)
        if each := clip_bytes(job, info, paces):
            disk = Bytes(disk.least + each.least, disk.most + each.most, 0)
    told = [f"{words.time(seconds)} of video to make", _time(making_s, known_s, seconds)]
    if disk.most:
        told.append(f"about {words.span(disk)} on disk")
    return ", ".join(told) + "."


def _time(making_s: float, known_s: float, seconds: float) -> str:
    """Seconds that one worker would take."""
    if not known_s:
        return "time not known before the first clips are made"
    told = f"about {words.time(making_s)} of work at the pace of finished clips"
    return told if known_s == seconds else f"{told} for {words.time(known_s)} of it"
