"""Makes one film of a study, in a worker process."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.atomic import TEMPORARY
from steadybench.clips import file_sha256
from steadybench.errors import is_storage_fault
from steadybench.study.exporting import settings
from steadybench.study.exporting.cadence import TooShortError
from steadybench.study.exporting.canvas import Canvas, planes
from steadybench.study.exporting.film import Film
from steadybench.study.exporting.flashing import FlashScreen
from steadybench.study.exporting.marks import Mean
from steadybench.study.exporting.order import Made, Order, failed
from steadybench.study.exporting.pictures import Reel, reel

if TYPE_CHECKING:
    from av import VideoFrame

_MEAN_EVERY_S = 0.5


def make(order: Order) -> Made:
    """Write the files of an order, whole or not at all; what stands in the way is told in the result."""
    from metrics.errors import ClipError

    first = order.folder / f"{order.tokens[0]}{settings.SUFFIX}"
    partial = first.with_name(f".{first.name}{TEMPORARY}")
    try:
        _check_source(order)
        with reel(order) as own:
            made = _filmed(own, order, partial)
        _publish(partial, [order.folder / f"{token}{settings.SUFFIX}" for token in order.tokens])
    except ClipError as fault:
        return failed(f"{fault.reason}; {fault.advice}")
    except TooShortError as fault:
        return failed(f"{fault}; plan the study anew, or put the clip back as it was")
    except OSError as error:
        return failed(error.strerror or str(error), disk_full=is_storage_fault(error))
    finally:
        partial.unlink(missing_ok=True)
    return made


def _check_source(order: Order) -> None:
    from metrics.clip import sha256_of_file
    from metrics.errors import ClipError

    if order.source is None:
        return
    path = Path(order.source.path)
    if sha256_of_file(path) != order.source.sha256:
        raise ClipError(path, "changed since the study was planned",
                        "put the clip back as it was, or plan the study anew")


def _filmed(own: Reel, order: Order, path: Path) -> Made:
    canvas = Canvas(order.canvas)
    watch = _Watch(own.rate, keeps_mean=bool(order.source) and not order.stimulus.spoil)
    with Film(path, order.canvas, own.rate, order.qp) as film:
        for picture, times in own.held:
            placed = canvas.place(picture)
            watch.see(film.frames, picture, placed)
            film.show(placed, times)
        frames = film.frames
    return Made(path.stat().st_size, file_sha256(path), frames, str(own.rate), own.pictures_fps,
                watch.screen.flashes, watch.mean.told())


class _Watch:
    """Looks at every picture of a film once."""

    def __init__(self, rate: Fraction, *, keeps_mean: bool) -> None:
        self._rate, self._keeps_mean = rate, keeps_mean
        self._next = 0
        self.screen, self.mean = FlashScreen(), Mean()

    def see(self, frame: int, picture: VideoFrame, placed: VideoFrame) -> None:
        """Take a picture that comes on at a frame, without and with bars: bars are no mark."""
        self.screen.see(float(frame / self._rate), planes(placed))
        if self._keeps_mean and frame >= self._next:
            self.mean.see(planes(picture))
            self._next = frame + max(1, round(_MEAN_EVERY_S * self._rate))


def _publish(partial: Path, paths: list[Path]) -> None:
    partial.chmod(0o644)
    for path in paths[1:]:
        copy = path.with_name(f".{path.name}{TEMPORARY}")
        shutil.copyfile(partial, copy)
        copy.chmod(0o644)
        copy.replace(path)
    partial.replace(paths[0])
