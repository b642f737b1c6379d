"""Existing clips: found through the manifest only, handed over untouched, never from outside the folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators import ClipFile, GeneratorError, load
from generators.methods.recorded import escape_reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    clips = tmp_path / "clips"
    (clips / "deep").mkdir(parents=True)
    (clips / "a.mp4").write_bytes(b"first")
    (clips / "deep" / "prompt_seed_9.avi").write_bytes(b"second")
    (tmp_path / "secret.mp4").write_bytes(b"outside")
    return clips


def write(folder: Path, *rows: str, header: str = "path,prompt_id,seed") -> None:
    (folder / "manifest.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def recorded(folder: Path, **options: str):
    return load("recorded", {"folder": str(folder), **options})


def test_the_manifest_decides_and_the_file_is_untouched(folder: Path, make_job, tmp_path: Path) -> None:
    write(folder, "deep/prompt_seed_9.avi,brook-01,1", "a.mp4,brook-01,2")
    generator = recorded(folder)
    delivery = generator.generate(make_job(), tmp_path)

    assert isinstance(delivery, ClipFile)
    assert delivery.path == folder / "deep" / "prompt_seed_9.avi"
    assert delivery.path.read_bytes() == b"second"
    assert generator.generate(make_job(seed=2), tmp_path).path == folder / "a.mp4"
    assert not generator.info.prompts_matter


def test_file_names_are_never_parsed(folder: Path, make_job, tmp_path: Path) -> None:
    (folder / "brook-01_1.mp4").write_bytes(b"tempting")
    write(folder, "a.mp4,other,1")

    with pytest.raises(
        GeneratorError, match=r"no clip for prompt 'brook-01' with seed 1.*has 1: 'other' seed 1"
    ):
        recorded(folder).generate(make_job(), tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.mp4",
        "deep/../../secret.mp4",
        "/etc/passwd",
        "C:\\x.mp4",
        "..\\secret.mp4",
        "\\\\host\\x.mp4",
        " ",
        "a\0b.mp4",
    ],
)
def test_paths_that_leave_the_folder_are_refused(folder: Path, path: str) -> None:
    write(folder, f"{path},brook-01,1")

    with pytest.raises(GeneratorError, match=r"line 2: path|cannot be read"):
        recorded(folder)


def test_a_link_that_leaves_the_folder_is_refused(folder: Path, make_job, tmp_path: Path) -> None:
    (folder / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    (folder / "way").symlink_to(tmp_path)
    (folder / "inner.mp4").symlink_to(folder / "a.mp4")
    write(folder, "link.mp4,brook-01,1", "way/secret.mp4,brook-01,2", "inner.mp4,brook-01,3")
    generator = recorded(folder)

    for seed in (1, 2):
        with pytest.raises(GeneratorError, match="through a link"):
            generator.generate(make_job(seed=seed), tmp_path)
    assert generator.generate(make_job(seed=3), tmp_path).path.read_bytes() == b"first"


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    st.lists(st.sampled_from(["..", ".", "a", "b c", "é", "...", "a..b"]), min_size=1, max_size=5),
    st.sampled_from(["/", "\\"]),
)
def test_a_path_is_refused_exactly_when_a_part_goes_up(parts: list[str], separator: str) -> None:
    assert bool(escape_reason(separator.join(parts))) == (".." in parts)


def test_missing_and_empty_files_are_named(folder: Path, make_job, tmp_path: Path) -> None:
    (folder / "empty.mp4").touch()
    write(folder, "gone.mp4,brook-01,1", "empty.mp4,brook-01,2", "deep,brook-01,3")
    generator = recorded(folder)

    for seed, words in (
        (1, "'gone.mp4'.*brook-01.*does not exist"),
        (2, "'empty.mp4'.*is empty"),
        (3, "'deep'.*does not exist"),
    ):
        with pytest.raises(GeneratorError, match=words):
            generator.generate(make_job(seed=seed), tmp_path)


def test_all_faults_of_a_manifest_are_reported_together(folder: Path) -> None:
    write(folder, "a.mp4,brook-01,one", "../x,brook-01,1", "a.mp4,,2", "a.mp4,p,3", "a.mp4,p,3")

    with pytest.raises(GeneratorError, match=r"(?s)line 2.*line 3.*line 4.*line 6.*twice"):
        recorded(folder)


def test_missing_columns_are_named(folder: Path) -> None:
    write(folder, "a.mp4,1", header="path,seed")

    with pytest.raises(GeneratorError, match="missing columns prompt_id; found path, seed"):
        recorded(folder)


def test_rows_of_one_method(folder: Path, make_job, tmp_path: Path) -> None:
    write(
        folder,
        "a.mp4,brook-01,1,self-forcing",
        "deep/prompt_seed_9.avi,brook-01,1,longlive",
        header="path,prompt_id,seed,method",
    )
    generator = recorded(folder, method="longlive")

    assert generator.info.method == "longlive"
    assert generator.generate(make_job(), tmp_path).path.read_bytes() == b"second"
    with pytest.raises(GeneratorError, match="twice"):
        recorded(folder)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "folder=DIR"),
        ({"folder": "/no/such/place"}, "not a folder"),
        ({"dir": "x"}, "unknown option 'dir'"),
    ],
)
def test_bad_options(options: dict[str, str], words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        load("recorded", options)


def test_a_manifest_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "manifest.csv").write_bytes(b"\xff\xfe\x00\x01")

    with pytest.raises(GeneratorError, match="UTF-8 CSV"):
        recorded(folder)
    (folder / "manifest.csv").unlink()
    with pytest.raises(GeneratorError, match="cannot be read"):
        recorded(folder)


def test_seed_must_match_too(folder: Path, make_job, tmp_path: Path, prompt) -> None:
    write(folder, "a.mp4,brook-01,1")
    generator = recorded(folder)

    for job in (make_job(seed=7), make_job(prompt=replace(prompt, id="x"))):
        with pytest.raises(GeneratorError, match="no clip for prompt"):
            generator.generate(job, tmp_path)
