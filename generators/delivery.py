"""Hold a delivery against the contract before anything is written from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from generators.contract import OVERLAY, ClipFile, FrameStream, GeneratorError, Job


def check_delivery(delivery: object, job: Job, *, keeps_size: bool) -> None:
    """Refuse what is no delivery, or carries a bad path, label map or prompt text. Frames are not read.

    Args:
        delivery: what a generator returned.
        job: what it was asked for.
        keeps_size: True where the clip must have the job's size, False for clips that existed before.

    Raises:
        GeneratorError: names every fault, what was expected and what came.
    """
    if not isinstance(delivery, FrameStream | ClipFile):
        raise GeneratorError(
            f"generate() returned {type(delivery).__name__}; expected a FrameStream or a ClipFile"
        )
    faults = [
        *_path_faults(delivery),
        *_label_faults(delivery.labels, (job.height, job.width) if keeps_size else None),
        *_text_faults("prompt_as_used", delivery.prompt_as_used),
        *_note_faults(delivery),
    ]
    if faults:
        raise GeneratorError("; ".join(faults))


def _path_faults(delivery: FrameStream | ClipFile) -> Iterator[str]:
    if isinstance(delivery, ClipFile) and not isinstance(delivery.path, Path):
        yield f"the clip's path is {type(delivery.path).__name__}; expected a pathlib.Path"


def _label_faults(labels: object, shape: tuple[int, int] | None) -> Iterator[str]:
    if labels is None:
        return
    wanted = f"uint8 {shape or '(H, W)'}, values 0 to {OVERLAY}"
    if not isinstance(labels, np.ndarray) or labels.dtype != np.uint8 or labels.ndim != 2:
        came = f"{labels.dtype} {labels.shape}" if isinstance(labels, np.ndarray) else type(labels).__name__
        yield f"labels are {came}; expected {wanted}"
    elif shape is not None and labels.shape != shape:
        yield f"labels are {labels.dtype} {labels.shape}; expected {wanted}"
    elif labels.max(initial=0) > OVERLAY:
        yield f"labels hold the value {labels.max()}; expected {wanted}"


def _note_faults(delivery: FrameStream | ClipFile) -> Iterator[str]:
    notes = delivery.notes
    if not isinstance(notes, tuple) or not all(isinstance(note, str) for note in notes):
        yield f"notes are {notes!r}; expected a tuple of texts"
        return
    for note in notes:
        yield from _text_faults("a note", note)


def _text_faults(what: str, text: object) -> Iterator[str]:
    if text is None:
        return
    if not isinstance(text, str):
        yield f"{what} is {type(text).__name__}; expected text or None"
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        yield f"{what} holds no valid text at character {error.start}; expected Unicode"
