"""Where files lie, how they are checked, and what is said of those that are not what they should be."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from generators.contract import GeneratorError
from generators.wan import digests, files
from generators.wan.digests import Record, digest_of, record
from generators.wan.looks import kind_of, told
from generators.wan.table import BASE_NAME, HubFile, base, published
from tests.generators.wan.hub import models

__all__ = ["models"]  # a fixture

BODY = b"PK\x03\x04" + b"weights" * 100 + b"PK\x05\x06" + bytes(18)
"""A zip archive as far as both ends tell."""
SHA = hashlib.sha256(BODY).hexdigest()
FILE = HubFile("toy", "Toy", "own/toy", "sub/toy.pt", size=len(BODY), sha256=SHA)


def put(folder: Path, body: bytes = BODY, file: HubFile = FILE) -> Path:
    path = folder / file.repo / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def test_a_good_file(models: Path) -> None:
    path = put(models)
    assert files.find(FILE) == files.Found("toy", "good", path, SHA)
    assert files.wanted([FILE]) == (files.find(FILE),)


def test_the_folder(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert digests.models_folder() == models
    monkeypatch.delenv("STEADYBENCH_MODELS")
    assert digests.models_folder() == Path.home() / ".cache/steadybench/models"


def test_the_folder_may_have_spaces_or_a_home_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEADYBENCH_MODELS", str(tmp_path / "my models"))
    put(tmp_path / "my models")
    assert files.find(FILE).condition == "good"
    monkeypatch.setenv("STEADYBENCH_MODELS", "~/models")
    assert digests.models_folder() == Path.home() / "models"
    monkeypatch.setenv("STEADYBENCH_MODELS", "~nobody-of-this-name/models")
    found = files.find(FILE)
    assert (found.condition, found.path) == (
        "missing",
        Path("~nobody-of-this-name/models/own/toy/sub/toy.pt"),
    )


def test_a_file_that_nobody_may_look_at_is_told(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raised by hand, for the administrator may look at everything."""
    path, stat = put(models), Path.stat

    def refuse(self: Path, *given: object, **named: object) -> os.stat_result:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return stat(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "stat", refuse)
    found = files.find(FILE)
    assert (found.condition, found.path) == ("wrong", path)
    assert found.fault == f"{path} cannot be read (Permission denied); give yourself read access to it"


def test_a_missing_file_is_told_with_the_command(models: Path) -> None:
    found = files.find(FILE)
    assert (found.condition, found.path, found.sha256) == ("missing", models / "own/toy/sub/toy.pt", "")
    assert found.fault == (
        f"Toy is missing: no file {models}/own/toy/sub/toy.pt; run: steadybench weights fetch toy"
    )
    assert files.how_to_get(base().vae) == f"run: steadybench weights fetch {BASE_NAME}"
    adapter = published()["longlive"].adapter
    assert adapter and files.how_to_get(adapter) == "run: steadybench weights fetch longlive"


def test_all_that_is_wrong_is_told_at_once(models: Path) -> None:
    put(models, BODY[:-5])
    other = HubFile("b", "B", "own/toy", "b.pt")
    with pytest.raises(
        GeneratorError, match=r"toy\.pt is half-downloaded: 721 bytes of 726.*; B is missing: "
    ):
        files.wanted([FILE, other])


def test_a_file_that_nobody_knows_a_digest_of_can_be_used(models: Path) -> None:
    file = HubFile("toy", "Toy", "own/toy", "sub/toy.pt")
    path = put(models)
    (found,) = files.wanted([file])
    assert (found.condition, found.path, found.sha256) == ("unknown", path, SHA)
    assert "no SHA-256 of" in found.fault and "steadybench weights fetch toy" in found.fault


def test_another_checkpoint_in_the_place_of_one_is_named(models: Path) -> None:
    own = HubFile("toy", "Toy", "own/toy", "sub/toy.pt", sha256="0" * 64)
    put(models)
    record("other/one/one.pt", Record(SHA, len(BODY), "c"))
    found = files.find(own)
    assert found.condition == "wrong" and found.sha256 == SHA
    assert f"got {SHA}: it is that of the file other/one/one.pt of the hub" in found.fault
    nobody = HubFile("toy", "Toy", "own/toy", "sub/toy.pt")
    fault = files.find(nobody).fault
    assert f"its SHA-256 is not known, got {SHA}: it is that of the file other/one/one.pt" in fault
    assert "; move it away; run: steadybench weights fetch toy" in fault
    assert files.whose("f" * 64) == ""
    assert files.whose(base().vae.sha256) == "Wan2.1's video autoencoder"


def test_what_the_hub_said_comes_before_the_table(models: Path) -> None:
    put(models)
    record("own/toy/sub/toy.pt", Record("1" * 64, len(BODY), "c"))
    assert files.find(FILE).condition == "wrong"
    record("own/toy/sub/toy.pt", Record(SHA, len(BODY), "c"))
    assert files.find(HubFile("toy", "Toy", "own/toy", "sub/toy.pt", sha256="0" * 64)).condition == "good"


def test_what_the_hub_said_of_a_file_holds_under_its_other_name(models: Path) -> None:
    file = HubFile("toy", "Toy", "own/toy", "sub/toy.pt", also=("sub/other.pt",))
    put(models)
    record("own/toy/sub/other.pt", Record(SHA, len(BODY), "c"))
    assert files.find(file).condition == "good"


def test_a_half_file_is_told_by_the_size_that_the_hub_said(models: Path) -> None:
    file = HubFile("toy", "Toy", "own/toy", "sub/toy.pt")
    put(models, BODY[:700])
    record("own/toy/sub/toy.pt", Record("1" * 64, 1000, "c"))
    assert "half-downloaded: 700 bytes of 1.00 kB are here" in files.find(file).fault


def test_a_whole_file_that_is_a_little_smaller_is_another_and_not_half(models: Path) -> None:
    file = HubFile("toy", "Toy", "own/toy", "sub/toy.pt", size=len(BODY) + 9, sha256="1" * 64)
    put(models)
    record("other/one/one.pt", Record(SHA, len(BODY), "c"))
    found = files.find(file)
    assert (found.condition, found.sha256) == ("wrong", SHA)
    assert "it is that of the file other/one/one.pt of the hub; move it away" in found.fault


def test_the_note_of_the_hubs_library_is_believed(models: Path) -> None:
    """As ``hf download own/toy sub/toy.pt --local-dir`` leaves it."""
    file = HubFile("toy", "Toy", "own/toy", "sub/toy.pt")
    put(models)
    note = models / "own/toy/.cache/huggingface/download/sub/toy.pt.metadata"
    note.parent.mkdir(parents=True)
    note.write_text(f"{'c' * 40}\n{SHA}\n1712656091.1\n", encoding="utf-8")
    assert files.find(file).condition == "good"
    note.write_text(f"{'c' * 40}\n{'1' * 64}\n1712656091.1\n", encoding="utf-8")
    assert files.find(file).condition == "wrong"
    note.write_text("", encoding="utf-8")
    assert files.find(file).condition == "unknown"


def test_the_cache_of_the_hubs_library_is_looked_at_second(models: Path, tmp_path: Path) -> None:
    file = HubFile("toy", "Toy", "own/toy", "sub/toy.pt", revision="a" * 40)
    cache = tmp_path / "cache/models--own--toy"
    blob, link = cache / "blobs" / SHA, cache / "snapshots" / ("a" * 40) / "sub/toy.pt"
    for path in (blob, link):
        path.parent.mkdir(parents=True)
    blob.write_bytes(BODY)
    link.symlink_to(blob)
    found = files.find(file)
    assert (found.condition, found.path) == ("good", link)
    blob.write_bytes(BODY[::-1])
    assert files.find(file).condition == "wrong"
    own = put(models)
    assert files.find(file).path == own


def test_the_tokenizers_folder_is_where_its_first_file_lies(models: Path) -> None:
    first = base().tokenizer[0]
    folder = models / "Wan-AI/Wan2.1-T2V-1.3B/google/umt5-xxl"
    assert files.tokenizer_folder() == folder
    put(models, b"{}", first)
    assert files.tokenizer_folder() == folder


def test_an_unreadable_file_is_a_fault_not_a_crash(models: Path) -> None:
    path = put(models)
    path.unlink()
    path.symlink_to(path.with_name("gone"))
    assert files.find(FILE).condition == "missing"


# ---- digests are computed once


def test_a_digest_is_kept_on_disk_until_the_file_changes(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(models)
    assert digest_of(path) == SHA
    monkeypatch.setattr(digests, "_read", {})  # as in the next process
    reads = count_reads(monkeypatch)
    assert digest_of(path) == SHA
    assert reads == []
    path.write_bytes(BODY[::-1])
    os.utime(path, ns=(1, 1))
    assert digest_of(path) == hashlib.sha256(BODY[::-1]).hexdigest()
    assert len(reads) == 1


def test_a_damaged_record_is_computed_again(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(models)
    digest_of(path)
    kept = models / digests.DIGESTS
    for damage in ("{", "[]", json.dumps({str(path): [1]}), json.dumps({str(path): "x"})):
        kept.write_text(damage, encoding="utf-8")
        monkeypatch.setattr(digests, "_read", {})
        assert digest_of(path) == SHA


def test_a_folder_that_cannot_be_written_leaves_its_digests_in_the_users_cache(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(models)
    write = digests._write

    def refuse(place: Path, content: dict[str, object]) -> None:
        if place.is_relative_to(models):
            raise PermissionError(13, "read-only")
        write(place, content)

    monkeypatch.setattr(digests, "_write", refuse)
    assert digest_of(path) == SHA
    assert (Path.home() / ".cache/steadybench/models" / digests.DIGESTS).is_file()
    monkeypatch.setattr(digests, "_read", {})
    reads = count_reads(monkeypatch)
    assert digest_of(path) == SHA
    assert reads == []


def test_forgetting_reads_again(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(models)
    digest_of(path)
    digests.forget()
    reads = count_reads(monkeypatch)
    assert [digest_of(path), digest_of(path)] == [SHA, SHA]
    assert len(reads) == 1


def test_a_damaged_record_of_the_hub_counts_as_none(models: Path) -> None:
    record("own/toy/a.pt", Record(SHA, 3, "c"))
    kept = models / digests.HUB
    content = json.loads(kept.read_text(encoding="utf-8"))
    content |= {"b": {"sha256": "no", "size": 1, "commit": "c"}, "c": {"size": 1}, "d": 3}
    kept.write_text(json.dumps(content), encoding="utf-8")
    assert digests.records() == {"own/toy/a.pt": Record(SHA, 3, "c")}


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows with every file that is read whole."""
    reads: list[int] = []
    digest = hashlib.file_digest

    def counted(stream: object, name: str) -> object:
        reads.append(1)
        return digest(stream, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", counted)
    return reads


# ---- what a file is, from its ends


def tensors_file(header: object, body: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


WHOLE = {"__metadata__": {}, "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (BODY, "a.pt", "torch"),
        (b"\x80\x02}q\x00.", "a.pt", "old torch"),
        (tensors_file(WHOLE, bytes(4)), "a.safetensors", "safetensors"),
        (tensors_file(WHOLE, bytes(4)), "a.pt", "safetensors"),
        (tensors_file(b'{"__metadata__": {}}' + b" " * 108, b""), "a.safetensors", "safetensors"),
        (b'{"weight_map": {}}', "a.safetensors.index.json", "index"),
    ],
)
def test_kinds_of_files(tmp_path: Path, content: bytes, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert kind_of(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (bytes(1000), "begins with zeros: room was made for it"),
        (BODY[:-22], "has no end: it is a PyTorch file of which only 704 bytes are here"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", "is a git-LFS pointer"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"<html>", "is a web page"),
        (b"GGUF\x03\x00\x00\x00 and so on", "is neither a PyTorch nor a safetensors file; it begins with b'"),
        (tensors_file(WHOLE, bytes(3)), "is not whole: 92 of 93 bytes are here"),
        (tensors_file(WHOLE, bytes(5)), "is damaged: it has 94 bytes, 93 expected"),
        (tensors_file(WHOLE, b"")[:40], "ends inside its header, after 40 bytes"),
        (tensors_file(b'{"a": 3}', b""), "is damaged: its safetensors header cannot be read"),
        (tensors_file(b'{"a": {', b""), "is damaged: its safetensors header cannot be read"),
        (b'{"weight_map": {}}', "is neither a PyTorch nor"),
    ],
)  # fmt: skip
def test_files_that_are_no_weights(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.pt"
    path.write_bytes(content)
    with pytest.raises(GeneratorError) as fault:
        kind_of(path)
    assert str(fault.value).startswith(f"{path} {words}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"a\.pt cannot be read \(No such file or directory\)"):
        kind_of(tmp_path / "a.pt")


def test_sizes_in_words() -> None:
    assert [told(size) for size in (0, 999, 1000, 2.5e6, 11_352_649_716)] == [
        "0 bytes", "999 bytes", "1.00 kB", "2.50 MB", "11.35 GB",
    ]  # fmt: skip
