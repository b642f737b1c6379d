"""The weights table and the folder on this machine."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from metrics import weights
from metrics.errors import WeightsMissingError
from metrics.weights import store, table
from tests.metrics.weights.made import entry_of

# ---- the table


def test_the_table_has_what_the_panels_ask_for() -> None:
    assert set(table.entries()) == {
        "raft-things", "clip-vit-b-32", "clip-vit-l-14", "dino-vitb16", "aesthetic-linear-v1", "musiq-spaq",
        "amt-s", "alexnet",
    }


@pytest.mark.parametrize("row", table.entries().values(), ids=lambda row: row.name)
def test_every_row_is_sound(row: table.Entry) -> None:
    assert set(row.published) <= set("0123456789abcdef") and len(row.published) in {0, 8, 64}
    assert row.size is None or abs(row.size / 1e6 - row.about_mb) < 0.05 * row.about_mb
    assert row.licence and row.needed_by and row.title
    assert Path(row.file).name == row.file
    for source in row.sources:
        parts = urlsplit(source)
        assert parts.scheme == "https" and parts.path.endswith(f"/{row.file}")


@pytest.mark.parametrize("row", table.entries().values(), ids=lambda row: row.name)
def test_digests_in_published_names_and_addresses_agree(row: table.Entry) -> None:
    """Torch hub writes the first digits into the file's name, OpenAI the whole digest into its address."""
    stem = Path(row.file).stem.rpartition("-")[2]
    if len(stem) == 8 and set(stem) <= set("0123456789abcdef"):
        assert row.published.startswith(stem)
    for part in (part for source in row.sources for part in source.split("/") if len(part) == 64):
        assert row.published == part


def test_files_are_named_once() -> None:
    files = [row.file for row in table.entries().values()]
    assert len(set(files)) == len(files)


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(KeyError, match=r"no weights are called 'vgg'; there are: raft-things, .*alexnet"):
        weights.path_of("vgg")


# ---- the folder


def test_the_folder_is_named_or_in_the_home(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.folder() == own
    monkeypatch.delenv("STEADYBENCH_WEIGHTS")
    monkeypatch.setenv("HOME", "/home/someone")
    assert store.folder() == Path("/home/someone/.cache/steadybench/weights")


def test_a_missing_file_says_what_it_is_and_how_to_get_it(own: Path) -> None:
    with pytest.raises(WeightsMissingError) as caught:
        weights.path_of("musiq-spaq")
    for word in (
        "musiq-spaq: musiq_spaq_ckpt-358bb6af.pth is not in the weights folder", "109 MB",
        "SHA-256 358bb6af275e28ea56821d44fb55c6cb83645db11f394d3ad65b2d149965ab50",
        "steadybench weights fetch musiq-spaq", "steadybench weights import FOLDER",
    ):
        assert word in str(caught.value)


def test_offline_does_not_advise_a_download(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")
    with pytest.raises(WeightsMissingError) as caught:
        weights.path_of("amt-s")
    told = str(caught.value)
    assert "amt-s.pth" in told and "no SHA-256 published" in told and "STEADYBENCH_OFFLINE=1" in told
    assert "fetch" not in told and "import FOLDER" in told


def test_the_error_survives_pickling() -> None:
    fault = WeightsMissingError("a", "not\nhere", "fetch it")
    again = pickle.loads(pickle.dumps(fault))
    assert str(again) == str(fault) == "a: not\\nhere; fetch it"


def test_all_faults_are_told_at_once(own: Path) -> None:
    paths, faults = weights.locate(["musiq-spaq", "amt-s", "alexnet"])
    assert paths == {}
    assert list(faults) == ["musiq-spaq", "amt-s", "alexnet"]


@pytest.mark.parametrize("place", ["own", "torch cache"])
def test_a_right_file_is_found(place: str, own: Path) -> None:
    folder = own if place == "own" else store.torch_cache()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toy.pth").write_bytes(b"weights")
    found = store.find(entry_of(b"weights"))
    assert (found.condition, found.path, found.fault) == ("good", folder / "toy.pth", "")
    assert found.sha256 == hashlib.sha256(b"weights").hexdigest()


@pytest.mark.parametrize("digits", [8, 64])
def test_a_wrong_file_is_refused(digits: int, own: Path) -> None:
    (own / "toy.pth").write_bytes(b"weighty")
    row = entry_of(b"weights", published=hashlib.sha256(b"weights").hexdigest()[:digits])
    found = store.find(row)
    assert found.condition == "wrong"
    assert row.published in found.fault and hashlib.sha256(b"weighty").hexdigest() in found.fault


def test_a_file_that_changes_is_checked_again(own: Path) -> None:
    (own / "toy.pth").write_bytes(b"weights")
    assert store.find(entry_of(b"weights")).condition == "good"
    (own / "toy.pth").write_bytes(b"other weights")
    assert store.find(entry_of(b"weights")).condition == "wrong"


def test_without_a_published_digest_only_a_recorded_one_counts(own: Path) -> None:
    row = entry_of(b"weights", published="")
    (own / "toy.pth").write_bytes(b"weights")
    assert store.find(row).condition == "unknown"
    store.record(row, hashlib.sha256(b"weights").hexdigest())
    assert store.find(row).condition == "good"
    (own / "toy.pth").write_bytes(b"tampered with")
    assert store.find(row).condition == "wrong"


def test_a_record_is_not_replaced_and_a_published_digest_is_not_recorded(own: Path) -> None:
    row = entry_of(b"weights", published="")
    store.record(row, "a" * 64)
    store.record(row, "b" * 64)
    store.record(entry_of(b"weights", file="known.pth"), "c" * 64)
    assert store.recorded() == {"toy.pth": "a" * 64}


def test_a_recorded_digest_narrows_a_published_beginning(own: Path) -> None:
    digest = hashlib.sha256(b"weights").hexdigest()
    row = entry_of(b"weights", published=digest[:8])
    store.record(row, digest[:8] + "0" * 56)
    (own / "toy.pth").write_bytes(b"weights")
    assert store.find(row).condition == "wrong"


@pytest.mark.parametrize("text", ["", "[]", "{\"toy.pth\": 3, \"x\": \"ab\"}", "\xff"])
def test_a_damaged_record_counts_as_empty(text: str, own: Path) -> None:
    (own / store.DIGESTS).write_bytes(text.encode("latin-1"))
    assert store.recorded() == {}


def test_records_are_readable_json(own: Path) -> None:
    store.record(entry_of(b"weights", published=""), "a" * 64)
    assert json.loads((own / store.DIGESTS).read_text()) == {"toy.pth": "a" * 64}
    assert [path.name for path in own.iterdir()] == [store.DIGESTS]


def test_an_unreadable_file_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / "toy.pth").write_bytes(b"weights")

    def unreadable(_path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(store, "digest_of_file", unreadable)
    assert store.find(entry_of(b"weights")).fault == "toy.pth cannot be read (Permission denied)"


# ---- what people read


@pytest.mark.parametrize("row", table.entries().values(), ids=lambda row: row.name)
def test_the_page_on_weights_agrees_with_the_table(row: table.Entry) -> None:
    page = (Path(__file__).parents[3] / "docs" / "weights.md").read_text(encoding="utf-8")
    [line] = [line for line in page.splitlines() if line.startswith(f"| `{row.name}` |")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[1:4] == [f"`{row.file}`", row.told_size, row.licence]
    assert cells[4].startswith(f"`{row.published[:8]}…`" if row.published else "not published")
    assert ("no more" in cells[4]) == (0 < len(row.published) < table.DIGITS)
    assert cells[5] == ", ".join(f"`{name}`" for name in row.needed_by)


def test_the_table_knows_what_the_panel_asks_for() -> None:
    from metrics.vbench.weights import NEEDS

    for dimension, names in NEEDS.items():
        for name in names:
            assert f"vbench.{dimension}" in table.entry(name).needed_by
    known = {f"vbench.{dimension}" for dimension in NEEDS}
    told = {need for row in table.entries().values() for need in row.needed_by if need.startswith("vbench.")}
    assert told == known
