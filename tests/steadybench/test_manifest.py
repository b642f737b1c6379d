"""The manifest: what is accepted, that text survives, and that all faults come at once."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadybench import manifest
from steadybench.errors import InputError
from steadybench.manifest import ManifestError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NAME = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=40
).filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "clips.csv"
    path.write_bytes(text.encode(encoding))
    return path


def clip(folder: Path, name: str = "a.mp4") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"clip")
    return path


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(ManifestError) as caught:
        manifest.read(write(folder, text), [])
    return [(fault.row, fault.column) for fault in caught.value.faults]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    names=st.lists(NAME, min_size=1, max_size=4, unique=True), prompts=st.lists(TEXT, min_size=4, max_size=4)
)
def test_any_name_and_any_prompt_survive(
    names: list[str], prompts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("m")
    for name in names:
        clip(folder, name)
    table = folder / "the manifest.csv"
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(["path", "prompt", "method", "prompt_id"])
        writer.writerows([name, prompt, prompt, prompt] for name, prompt in zip(names, prompts, strict=False))

    rows = manifest.read(table, [])

    assert [row.path.name for row in rows] == names
    assert [row.prompt for row in rows] == prompts[: len(names)]
    assert [row.method for row in rows] == prompts[: len(names)]
    assert [row.prompt_id for row in rows] == prompts[: len(names)]


def test_emoji_newlines_quotes_and_5000_characters_survive_byte_for_byte(tmp_path: Path) -> None:
    clip(tmp_path)
    prompt = 'a "river" 🏞️,\r\nsecond line\n' + "x" * 5000 + " "
    quoted = prompt.replace('"', '""')

    (row,) = manifest.read(write(tmp_path, f'path,prompt\r\na.mp4,"{quoted}"\r\n', "utf-8-sig"), [])

    assert row.prompt == prompt


def test_every_column_is_read(tmp_path: Path) -> None:
    clip(tmp_path)
    clip(tmp_path, "m.png")
    first = "path,method,backbone,configuration,weights_digest,revision"
    head = f"{first},prompt_id,prompt,seed,horizon_s,fixed_camera,mask"
    cells = f"a.mp4,M,B,native,{'AB' * 32},e52d9ef,p1,water,7,30.5,No,m.png"
    assert head.split(",") == list(manifest.COLUMNS)

    (row,) = manifest.read(write(tmp_path, f"{head}\n{cells}\n"), [])

    named = ("M", "B", "native", "p1", "water", 7, 30.5, False, tmp_path / "m.png")
    assert row == manifest.Row(tmp_path / "a.mp4", *named, weights_digest="ab" * 32, revision="e52d9ef")


@pytest.mark.parametrize("digest", ["834a589d", "g" * 64, "a" * 63])
def test_a_digest_of_weights_is_whole_or_not_stated(tmp_path: Path, digest: str) -> None:
    clip(tmp_path)
    with pytest.raises(ManifestError, match="expected a SHA-256, 64 hexadecimal digits, or nothing"):
        manifest.read(write(tmp_path, f"path,weights_digest\na.mp4,{digest}\n"), [])


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    clip(tmp_path)
    text = "path,seed,horizon_s,fixed_camera\ngone.mp4,-1,nan,perhaps\na.mp4,1,2,yes\na.mp4,x,0,\nshort\n"

    assert faults(tmp_path, text) == [
        (2, "path"), (2, "seed"), (2, "horizon_s"), (2, "fixed_camera"),
        (4, "seed"), (4, "horizon_s"), (4, "path"),
        (5, ""),
    ]  # fmt: skip


def test_missing_and_unknown_columns_come_with_suggestions(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        manifest.read(write(tmp_path, "pth,method,promt_id,zzz\n"), [])

    text = str(caught.value)
    assert "'path': this column is required" in text
    assert "did you mean 'path'?" in text
    assert "did you mean 'prompt_id'?" in text
    assert "'zzz': unknown column; known columns are" in text


@pytest.mark.parametrize("text", ["", "\n", "path,path\n"])
def test_a_header_is_needed_and_names_each_column_once(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_a_file_that_is_no_utf8_or_no_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="not UTF-8"):
        manifest.read(write(tmp_path, "path,prompt\na.mp4,café\n", "latin-1"), [])
    with pytest.raises(ManifestError, match="not a CSV"):
        manifest.read(write(tmp_path, 'path,prompt\na.mp4,"open\n'), [])
    with pytest.raises(InputError, match="Cannot read the manifest"):
        manifest.read(tmp_path / "none.csv", [])


@pytest.mark.parametrize(
    "outside", ["../secret.mp4", "sub/../../secret.mp4", "link.mp4", "folder_link/secret.mp4"]
)
def test_paths_cannot_leave_the_folder(tmp_path: Path, outside: str) -> None:
    clip(tmp_path, "secret.mp4")
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    (inside / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    (inside / "folder_link").symlink_to(tmp_path)

    with pytest.raises(ManifestError, match="leads out of"):
        manifest.read(write(inside, f"path\n{outside}\n"), [])


def test_an_absolute_path_outside_is_refused_and_one_in_a_scored_folder_accepted(tmp_path: Path) -> None:
    target = clip(tmp_path, "clips/a.mp4")
    home = tmp_path / "home"
    home.mkdir()
    table = write(home, f"path\n{target}\n")

    with pytest.raises(ManifestError, match="leads out of"):
        manifest.read(table, [])
    assert manifest.read(table, [tmp_path / "clips"])[0].path == target


@pytest.mark.parametrize("path", ["a\0b.mp4", "x" * 5000])
def test_impossible_paths_are_faults(tmp_path: Path, path: str) -> None:
    assert faults(tmp_path, f'path\n"{path}"\n') == [(2, "path")]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_is_named(tmp_path: Path, separator: str) -> None:
    text = "path,method\na.mp4,A\n".replace(",", separator)

    assert faults(tmp_path, text) == [(1, "")]
    words = re.escape(f"separated by {separator!r}; save the file with commas")
    with pytest.raises(ManifestError, match=words):
        manifest.read(write(tmp_path, text), [])
