"""Weights that a person already has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from metrics.weights import bring, store
from tests.metrics.weights.made import entry_of

CONTENT = b"trained for a long time"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A folder with something else in it."""
    folder = tmp_path / "theirs"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "readme.txt").write_text("not this one")
    return folder


def test_a_file_is_found_by_its_digest_under_any_name(own: Path, theirs: Path) -> None:
    (theirs / "deep" / "er" / "download (1).bin").write_bytes(CONTENT)
    [brought] = bring.bring(theirs, [entry_of(CONTENT)])
    assert (brought.path, brought.sha256, brought.told) == (
        theirs / "deep" / "er" / "download (1).bin", DIGEST, ""
    )
    assert (own / "toy.pth").read_bytes() == CONTENT
    assert [path.name for path in own.iterdir()] == ["toy.pth"]


def test_a_link_to_a_file_counts(own: Path, theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(CONTENT)
    (theirs / "toy.pth").symlink_to(tmp_path / "blob")
    assert bring.bring(theirs, [entry_of(CONTENT)])[0].path == theirs / "toy.pth"
    assert not (own / "toy.pth").is_symlink()


@pytest.mark.parametrize("digits", [8, 64])
def test_a_right_name_with_a_wrong_digest_is_never_taken(digits: int, own: Path, theirs: Path) -> None:
    (theirs / "toy.pth").write_bytes(CONTENT[::-1])
    [brought] = bring.bring(theirs, [entry_of(CONTENT, published=DIGEST[:digits])])
    assert brought.path is None
    assert f"expected SHA-256 {DIGEST[:digits]}; {theirs}/toy.pth has SHA-256" in brought.told
    assert list(own.iterdir()) == []


def test_a_wrong_one_does_not_hide_a_right_one(own: Path, theirs: Path) -> None:
    (theirs / "toy.pth").write_bytes(CONTENT[::-1])
    (theirs / "deep" / "toy.pth").write_bytes(CONTENT)
    assert bring.bring(theirs, [entry_of(CONTENT)])[0].path == theirs / "deep" / "toy.pth"


def test_of_a_published_beginning_the_rest_is_recorded(own: Path, theirs: Path) -> None:
    (theirs / "renamed").write_bytes(CONTENT)
    [brought] = bring.bring(theirs, [entry_of(CONTENT, published=DIGEST[:8], size=None)])
    assert brought.path == theirs / "renamed"
    assert f"only the beginning {DIGEST[:8]}" in brought.told
    assert store.recorded() == {"toy.pth": DIGEST}


def test_without_a_digest_the_name_decides_once(own: Path, theirs: Path) -> None:
    row = entry_of(CONTENT, published="")
    (theirs / "renamed").write_bytes(CONTENT)
    assert bring.bring(theirs, [row])[0].path is None
    (theirs / "toy.pth").write_bytes(CONTENT)
    [brought] = bring.bring(theirs, [row])
    assert brought.path == theirs / "toy.pth" and "taken by its name" in brought.told
    assert store.find(row).condition == "good"
    (own / "toy.pth").unlink()
    (theirs / "toy.pth").write_bytes(CONTENT[::-1])
    (theirs / "renamed").unlink()
    [again] = bring.bring(theirs, [row])
    assert again.path is None and f"expected SHA-256 {DIGEST}" in again.told


def test_without_a_digest_two_different_files_are_refused(own: Path, theirs: Path) -> None:
    (theirs / "toy.pth").write_bytes(CONTENT)
    (theirs / "deep" / "toy.pth").write_bytes(CONTENT[::-1])
    [brought] = bring.bring(theirs, [entry_of(CONTENT, published="")])
    assert brought.path is None and "different files could be toy.pth" in brought.told
    assert list(own.iterdir()) == []


def test_what_is_there_is_left_alone(own: Path, theirs: Path) -> None:
    (own / "toy.pth").write_bytes(CONTENT)
    assert bring.bring(theirs, [entry_of(CONTENT)])[0].had


def test_nothing_found_is_no_fault(own: Path, theirs: Path) -> None:
    [brought] = bring.bring(theirs, [entry_of(CONTENT)])
    assert (brought.path, brought.told) == (None, "")


def test_a_file_that_changes_meanwhile_is_not_taken(
    own: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (theirs / "toy.pth").write_bytes(CONTENT[::-1])
    monkeypatch.setattr(store, "digest_of_file", lambda _path: DIGEST)
    with pytest.raises(OSError, match="changed while it was copied"):
        bring.bring(theirs, [entry_of(CONTENT)])
    assert list(own.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(own: Path, theirs: Path) -> None:
    with pytest.raises(FileNotFoundError):
        bring.bring(theirs / "none", [entry_of(CONTENT)])
