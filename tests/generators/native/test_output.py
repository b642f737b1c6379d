"""The video is looked for, and nothing else is taken for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generators.contract import GeneratorError
from generators.native.output import find_video


def test_a_video_is_found_wherever_it_lies(tmp_path: Path) -> None:
    made = tmp_path / "a.mp4" / "b" / ".A brook: runs 50% #1.MP4"
    made.parent.mkdir(parents=True)
    made.write_bytes(b"x")
    (tmp_path / "log.txt").write_text("")
    os.mkfifo(tmp_path / "pipe.mp4")
    assert find_video(tmp_path) == made


@pytest.mark.parametrize("inside", [True, False])
def test_a_link_is_not_taken_even_to_a_video(tmp_path: Path, inside: bool) -> None:
    target, output = tmp_path / "elsewhere.mp4", tmp_path / "output"
    target.write_bytes(b"x")
    output.mkdir()
    (output / "0-0.mp4").symlink_to(target if inside else tmp_path / "gone.mp4")
    with pytest.raises(GeneratorError, match=r"0-0\.mp4 is a link; expected a file in the output folder"):
        find_video(output)


def test_folders_behind_links_are_not_searched(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/0-0.mp4").write_bytes(b"x")
    (tmp_path / "output").mkdir()
    (tmp_path / "output/other").symlink_to(tmp_path / "other")
    with pytest.raises(GeneratorError, match="wrote no video into its output folder; it is empty"):
        find_video(tmp_path / "output")
