"""What a scan finds, leaves out and refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadybench.discover import Found, Scan, clip_names, scan
from steadybench.errors import InputError


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def scanned(*paths: Path) -> Scan:
    return scan(paths, paths[0] / "out")


def names(result: Scan) -> list[str]:
    return [found.relative for found in result.found]


def test_a_folder_gives_its_files_sorted_without_hidden_ones_and_no_videos(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "b.mp4",
        "a.MP4",
        "sub/c.gif",
        ".hidden.mp4",
        ".git/d.mp4",
        "README.md",
        "clips.csv",
        "noext",
    )

    result = scanned(tmp_path)

    assert names(result) == ["a.MP4", "b.mp4", "noext", "sub/c.gif"]
    assert result.skipped == ["README.md", "clips.csv"]


def test_a_file_named_outright_is_tried_whatever_its_suffix(tmp_path: Path) -> None:
    tree(tmp_path, "README.md")

    assert names(scanned(tmp_path / "README.md")) == ["README.md"]


def test_the_same_file_is_listed_once(tmp_path: Path) -> None:
    tree(tmp_path, "a.mp4")

    assert names(scanned(tmp_path, tmp_path / "a.mp4", tmp_path)) == ["a.mp4"]


def test_the_output_folder_is_not_scanned(tmp_path: Path) -> None:
    tree(tmp_path, "a.mp4", "out/report/clips/a.mp4")

    assert names(scanned(tmp_path)) == ["a.mp4"]


def test_links_out_of_the_folder_and_dead_links_are_refused(tmp_path: Path) -> None:
    root = tree(tmp_path / "clips", "a.mp4")
    tree(tmp_path, "secret.mp4", "elsewhere/b.mp4")
    (root / "out.mp4").symlink_to(tmp_path / "secret.mp4")
    (root / "dead.mp4").symlink_to(tmp_path / "nothing")
    (root / "within.mp4").symlink_to("a.mp4")
    (root / "folder").symlink_to(tmp_path / "elsewhere")

    result = scanned(root)

    problems = {found.relative: found.problem for found in result.found}
    assert problems["a.mp4"] == problems["within.mp4"] == ""
    assert "leaves the folder" in problems["out.mp4"]
    assert "leads nowhere" in problems["dead.mp4"]
    assert result.skipped == ["folder (a link)"]


def test_a_pipe_is_refused_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")

    (found,) = scanned(tmp_path).found

    assert "no regular file" in found.problem
    assert "no regular file" in scanned(tmp_path / "pipe.mp4").found[0].problem


@pytest.mark.parametrize("name", ["gone", "gone/x.mp4", "a\0b"])
def test_a_path_that_does_not_exist_is_wrong_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="Cannot read"):
        scan([tmp_path / name], tmp_path / "out")


def test_names_are_stems_and_grow_only_where_they_clash(tmp_path: Path) -> None:
    def found(root: str, relative: str) -> Found:
        return Found(tmp_path / root / relative, tmp_path / root)

    files = [
        found("r", "a.mp4"),
        found("r", "b.mp4"),
        found("r", "s/b.mp4"),
        found("q", "b.mp4"),
        found("q", "c.d.gif"),
    ]

    assert clip_names(files) == ["a", "r/b.mp4", "s/b.mp4", "q/b.mp4", "c.d"]


PART = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=8)
PARTS = st.lists(PART.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=3)


@settings(derandomize=True, deadline=None)
@given(places=st.lists(st.tuples(st.sampled_from(["/r", "/q/r", "/q"]), PARTS), max_size=8))
def test_any_files_get_names_that_differ(places: list[tuple[str, list[str]]]) -> None:
    found = list(
        {path: Found(path, Path(root)) for root, path in ((r, Path(r, *p)) for r, p in places)}.values()
    )

    assert len(set(clip_names(found))) == len(found)


def test_a_name_that_is_no_text_still_gets_a_printable_name(tmp_path: Path) -> None:
    for end in (b"\xe8", b"\xe9"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf" + end + b".mp4")).write_bytes(b"x")

    assert clip_names(scanned(tmp_path).found) == [r"caf\xe8", r"caf\xe9"]
