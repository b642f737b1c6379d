"""Deliveries that break the contract are refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generators.contract import ClipFile, FrameStream, GeneratorError
from generators.delivery import check_delivery

LABELS = np.full((64, 96), 3, np.uint8)


@pytest.mark.parametrize(
    "delivery",
    [
        FrameStream(8.0, iter(())),
        FrameStream(8.0, iter(()), LABELS, "a river 🏞️\n"),
        ClipFile(Path("clip.mp4"), LABELS),
    ],
)
def test_good_deliveries_pass(make_job, delivery: object) -> None:
    check_delivery(delivery, make_job(), keeps_size=True)


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (None, "returned NoneType; expected a FrameStream or a ClipFile"),
        (ClipFile("clip.mp4"), "path is str; expected a pathlib.Path"),  # type: ignore[arg-type]
        (FrameStream(8.0, iter(()), LABELS[1:]), r"labels are uint8 \(63, 96\); expected uint8 \(64, 96\)"),
        (FrameStream(8.0, iter(()), LABELS / 2), "labels are float64"),
        (FrameStream(8.0, iter(()), [[1]]), "labels are list"),  # type: ignore[arg-type]
        (FrameStream(8.0, iter(()), LABELS * 2), "labels hold the value 6"),
        (FrameStream(8.0, iter(()), None, 5), "prompt_as_used is int"),  # type: ignore[arg-type]
        (ClipFile(Path("clip.mp4"), notes=["a"]), "notes are .*expected a tuple"),  # type: ignore[arg-type]
        (FrameStream(8.0, iter(()), None, None, ["a"]), "notes are .*expected a tuple"),  # type: ignore[arg-type]
        (
            FrameStream(8.0, iter(()), None, None, ("a", "b\ud800")),
            "a note holds no valid text at character 1",
        ),
        (FrameStream(8.0, iter(()), LABELS * 2, "a\ud800"), "value 6.*no valid text at character 1"),
    ],
)
def test_bad_deliveries_are_refused(make_job, delivery: object, words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        check_delivery(delivery, make_job(), keeps_size=True)


def test_clips_that_existed_before_keep_their_size(make_job) -> None:
    check_delivery(ClipFile(Path("clip.mp4"), LABELS[1:]), make_job(), keeps_size=False)
    with pytest.raises(GeneratorError, match=r"value 6; expected uint8 \(H, W\)"):
        check_delivery(ClipFile(Path("clip.mp4"), LABELS * 2), make_job(), keeps_size=False)
