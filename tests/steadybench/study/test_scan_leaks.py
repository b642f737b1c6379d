"""Every known leak is planted into a clean export, and found by the check that is there for it."""

from __future__ import annotations

import codecs
import hashlib
import os
import random
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from steadybench.progress import Progress
from steadybench.study import key as keys
from steadybench.study.exporting import padding, settings
from steadybench.study.key import System
from steadybench.study.scanning import check_text
from steadybench.study.scanning import scan as scanning
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.check_folder import rights
from steadybench.study.scanning.clip import read
from steadybench.study.scanning.export import Export, take_in
from steadybench.study.scanning.folder import entries
from steadybench.study.scanning.known import Known, known
from steadybench.study.scanning.scan import CHECKS, Scan
from tests.steadybench.study import tiny_export
from tests.steadybench.study.planting import (
    box,
    clip,
    clips,
    edit,
    grow,
    patch,
    read_js,
    refill,
    refilm,
    rename,
    say,
    sei,
    sessions,
    shown,
    write_js,
)

MOOV, TABLE = "moov", "moov/trak/mdia/minf/stbl"
TAGS = "moov/udta/meta/ilst"
Plant = Callable[[Path], object]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_export.shared(tmp_path_factory.getbasetemp())


@pytest.fixture
def export(clean: Path, tmp_path: Path) -> Path:
    shutil.copytree(clean, tmp_path / "export")
    shutil.copy(clean.parent / "study/key.json", tmp_path / "key.json")
    return tmp_path / "export"


def scan(export: Path, key: Path | None = None, allowed: tuple[str, ...] = ()) -> Scan:
    return scanning.scan(export, key, allowed, Progress(lambda _: None))


def luma(frames: int = 32, size: tuple[int, int] = (96, 64)) -> tiny_export.Luma:
    own = tiny_export.pictures("a", "b", frames) // 3 + 80
    return np.pad(own, ((0, 0), (0, size[1] - 64), (0, size[0] - 96)), mode="edge")


def key_of(export: Path) -> keys.Key:
    return keys.load(export.parent / "key.json")


def test_a_clean_export_gives_no_alarm(clean: Path) -> None:
    for key in (None, clean.parent / "study/key.json"):
        found = scan(clean, key)
        assert found.findings == ()
        assert (found.clips, found.sessions, found.with_key) == (24, 6, key is not None)


def test_the_receiver_that_a_study_names_is_no_leak(export: Path) -> None:
    """The page's policy must name its host, and a sign follows it there."""
    address = "https://lab.example:8443"
    edit(export / "study.js", lambda study: study.update(receiver=f"{address}/study/"))
    page = export / "index.html"
    own = "connect-src &#39;self&#39;"
    page.write_text(page.read_text().replace(own, f"{own} {address}"))
    tiny_export.settle(export)
    assert scan(export).findings == ()


USUAL = ("base", "left", "right", "motion", "stillness", "example", "seconds", "choice", "harm", "flicker",
         "clips", "sessions", "study", "window", "mp4")  # fmt: skip


def called(*methods: str) -> Known:
    """What is known of a study of methods that are called so."""
    systems = {name: System(f"The {name} of ours", name, "native", "tiny", ("run",)) for name in methods}
    return known(keys.Key("5e" * 32, systems, {}, {}))


def test_methods_that_are_called_like_words_of_every_export_give_no_alarm(clean: Path) -> None:
    export = take_in(clean, Progress(lambda _: None))
    assert [*check_text.names(Case(export, called(*USUAL)))] == []


def test_methods_that_are_called_like_questions_are_found_elsewhere(export: Path) -> None:
    edit(export / "study.js", lambda study: study["texts"].update(contact="Motion"))
    taken = take_in(export, Progress(lambda _: None))
    (finding,) = check_text.names(Case(taken, called("motion")))
    assert finding.what.startswith("texts.contact is 'Motion'")


NOISE = b" m0 elm wan 2.1 0c9f1d20 "
LOUD = b" causvid " + codecs.encode("steady-forcing", "rot13").encode() + b" gnillor "


@pytest.mark.parametrize("place", ["mdat", "free"])
def test_short_names_are_no_alarm_among_pictures_and_padding(place: str, export: Path) -> None:
    words, path = called("m0", "elm", "rolling"), roomy(export)
    plant = (lambda text: grow(path, "mdat", text)) if place == "mdat" else (lambda text: refill(path, text))
    plant(NOISE)
    assert found_names(export, words) == set()
    plant(LOUD)
    assert found_names(export, words) == {"causvid", "steady-forcing", "rolling"}


def test_short_names_are_found_in_all_other_boxes(export: Path) -> None:
    path = roomy(export)
    grow(path, TAGS, box(b"\xa9cmt", NOISE))
    assert found_names(export, called("m0", "elm")) == {"m0", "elm", "wan 2.1"}
    path.write_bytes(b"by m0, of course")
    assert found_names(export, called("m0")) == {"m0"}


def found_names(export: Path, words: Known) -> set[str]:
    case = Case(take_in(export, Progress(lambda _: None)), words)
    found = [finding.what for finding in check_text.names(case)]
    return {name.text for name in words.names if any(f"'{name.text}' " in told.lower() or
            told.lower().endswith(f", {name.text}") for told in found)}  # fmt: skip


def test_digests_among_pictures_need_twelve_digits(export: Path) -> None:
    path, words = roomy(export), known(key_of(export))
    whole = hashlib.md5(b"causvid").hexdigest().encode()
    for digits, count in ((8, 0), (11, 0), (12, 1), (32, 1)):
        refill(path, b" %s " % whole[:digits] + bytes(30))
        case = Case(take_in(export, Progress(lambda _: None)), words)
        assert len([*check_text.coded(case)]) == count


# --- what lies there ---------------------------------------------------------------------------------------

STRANGE = {
    "key.json": "the key of a study", "plan.json": "study's own folder", "balance.csv": "study's own folder",
    "lock.json": "study's own folder", "export.json": "study's own folder", "answers-01.json": "answers",
    "sessions/0123456789abcdef.jsonl": "answers", ".DS_Store": "hidden", "clips/._one.mp4": "hidden",
    "Thumbs.db": "hidden", "index.html~": "editor", "study.js.bak": "editor", "page.js.map": "editor",
    "clips/0123456789abcdef.mp4.part": "editor", "all.zip": "archive", "clips/river.mov": "a video",
    "clips/0123456789ABCDEF.mp4": "a video", "clips/river.mp4": "a video", "poster.jpg": "a picture",
    "README.md": "notes", "sheet.xlsx": "notes", "extra.js": "unknown",
}  # fmt: skip


def test_what_does_not_belong_there_is_named(export: Path) -> None:
    for name in STRANGE:
        (export / name).write_text("nothing")
    (export / "photo.bin").write_bytes(b"\xff\xd8\xff\xe1\0\x10Exif\0\0")
    (export / "music").write_bytes(b"PK\x03\x04")
    (export / "clips/old").mkdir()
    (export / ".git").mkdir()
    found = scan(export)
    told = {one.file: one.what for one in found.leaks}
    assert {one.check for one in found.leaks} == {"layout"}
    assert told.keys() == {*STRANGE, "photo.bin", "music", "clips/old/", ".git/"}
    for name, words in STRANGE.items():
        assert words in told[name], (name, told[name])
    assert "picture" in told["photo.bin"] and "EXIF" in told["photo.bin"] and "archive" in told["music"]


def linked(export: Path) -> None:
    path = clip(export)
    path.unlink()
    path.symlink_to("/data/somewhere/river.mp4")


def late(export: Path) -> None:
    os.utime(clip(export), (settings.MTIME + 60, settings.MTIME + 60))


def noted(export: Path) -> None:
    try:
        os.setxattr(clip(export), "user.xdg.origin.url", b"http://lab.example/a.mp4")
    except (AttributeError, OSError):
        pytest.skip("this file system keeps no extended attributes")


# --- what is said ------------------------------------------------------------------------------------------

def digest_as_token(export: Path) -> None:
    rename(export, shown(export), hashlib.sha256(b"self-forcing_peat-brook-moor_0.mp4").hexdigest()[:16])


def shared_digits(export: Path) -> None:
    """Tokens that begin with two digits of the system and go on at random."""
    key, drawn = key_of(export), random.Random(1)
    for number, path in enumerate(clips(export)):
        system = sorted(key.systems)[number % 3]
        rename(export, path.stem, f"{system[:2]}{drawn.getrandbits(56):014x}")


def counted(export: Path) -> None:
    for path in sessions(export):
        edit(path, lambda body: [trial.update(id=f"{number:012x}") for number, trial in
                                 enumerate(body["trials"])])


def commented(export: Path) -> None:
    path = sessions(export)[0]
    path.write_text(path.read_text() + "// second trial: see the notes\n")


def unsorted(export: Path) -> None:
    path = export / "study.js"
    body = read_js(path)
    write_js(path, {name: body[name] for name in reversed(body)}, sort_keys=False)


def told_more(where: str, **more: object) -> Plant:
    """Further fields: of a trial, or of the study."""
    def plant(export: Path) -> None:
        path = sessions(export)[0] if where == "trial" else export / "study.js"
        edit(path, lambda body: (body["trials"][0] if where == "trial" else body).update(more))

    return plant


def renamed_session(export: Path) -> None:
    edit(sessions(export)[0], lambda body: body.update(id="0123456789abcdef"))


def reversed_sessions(export: Path) -> None:
    edit(export / "study.js", lambda body: body["sessions"].reverse())


def one_sided(export: Path) -> None:
    """Many more sessions, in which the smaller token of a pair is always on the left."""
    drawn = random.Random(2)
    for path in sessions(export) * 3:
        body = read_js(path)
        body["id"] = f"{drawn.getrandbits(64):016x}"
        for trial in body["trials"]:
            trial["left"], trial["right"] = sorted((trial["left"], trial["right"]))
            trial["id"] = f"{drawn.getrandbits(48):012x}"
        write_js(export / f"sessions/{body['id']}.js", body)
        edit(export / "study.js", lambda study, own=body["id"]: study["sessions"].append(own))  # type: ignore[misc]
    edit(export / "study.js", lambda study: study["sessions"].sort())


def coded(name: str, line: str) -> Plant:
    def plant(export: Path) -> None:
        path = export / name
        text = path.read_text()
        path.write_text(text.replace("</head>", f"{line}\n</head>") if name.endswith("html") else text + line)

    return plant


def loosened(export: Path) -> None:
    path = export / "index.html"
    path.write_text(path.read_text().replace("connect-src &#39;self&#39;", "connect-src *"))


def unshown(export: Path) -> None:
    """A clip that was excluded, and stayed."""
    path = export / "clips/0f1e2d3c4b5a6978.mp4"
    shutil.copy(clip(export), path)
    refilm(path, luma())


def forgotten_session(export: Path) -> None:
    path = sessions(export)[0]
    edit(export / "study.js", lambda body: body["sessions"].remove(path.stem))


# --- what videos say ---------------------------------------------------------------------------------------

def on_clip(change: Callable[[Path], object]) -> Plant:
    return lambda export: change(clip(export))


def tagged(name: bytes, text: bytes) -> Plant:
    return on_clip(lambda path: grow(path, TAGS, box(name, box(b"data", struct.pack(">II", 1, 0) + text))))


def unstripped(export: Path) -> None:
    """Encoded without the filter: x264 writes all its settings."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "STRIP", "null")
        refilm(clip(export), luma())


def other_scale(path: Path) -> None:
    """Twice the ticks a second, and twice the ticks a frame."""
    (scale,) = struct.unpack(">I", peek(path, "moov/trak/mdia/mdhd", 12))
    (step,) = struct.unpack(">I", peek(path, f"{TABLE}/stts", 12))
    patch(path, "moov/trak/mdia/mdhd", 12, struct.pack(">I", 2 * scale))
    patch(path, f"{TABLE}/stts", 12, struct.pack(">I", 2 * step))


def peek(path: Path, name: str, at: int) -> bytes:
    from steadybench.study.scanning.boxes import boxes

    data = path.read_bytes()
    start = next(one.start for one in boxes(data) if one.path == name)
    return data[start + at:start + at + 4]


def slow_index(export: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        kept = {name: value for name, value in settings.CONTAINER.items() if name != "movflags"}
        patched.setattr(settings, "CONTAINER", kept)
        refilm(clip(export), luma())


def longer_file(path: Path) -> None:
    own = path.read_bytes().rindex(b"free") - 4
    padding.pad(path, own, path.stat().st_size + 4096, "5e" * 32, path.stem)


def roomy(export: Path) -> Path:
    """The clip with the longest padding."""
    return min(clips(export), key=lambda path: path.read_bytes().rindex(b"free") / path.stat().st_size)


def trailing(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4] + b"abcd")
    data = bytearray(path.read_bytes())
    last = data.rindex(b"free") - 4
    struct.pack_into(">I", data, last, len(data) - last - 4)
    path.write_bytes(bytes(data))


def same_files(export: Path) -> None:
    """The copy of the check with two equal clips is a plain copy."""
    for path in sessions(export):
        for trial in read_js(path)["trials"]:
            left, right = (export / f"clips/{trial[side]}.mp4" for side in ("left", "right"))
            if left.read_bytes()[:5000] == right.read_bytes()[:5000]:
                shutil.copy(left, right)
                return
    raise AssertionError("the export has no check with two equal clips")


def uncoded(export: Path) -> None:
    """The run's own clip, copied in."""
    key = key_of(export)
    source = min(key.sources.values(), key=lambda one: one.path)
    shutil.copy(source.path, clip(export))


def undecodable(path: Path) -> None:
    data = path.read_bytes()
    from steadybench.study.scanning.boxes import boxes

    held = next(one for one in boxes(data) if one.path == "mdat")
    broken = bytearray(data)
    at = held.start
    while at < held.end:
        (size,) = struct.unpack_from(">I", data, at)
        broken[at + 5:at + 4 + size] = bytes(size - 1)
        at += 4 + size
    path.write_bytes(bytes(broken))


AGAIN = {"boxes", "fill", "size", "format", "key", "names"}
PLANTS: dict[str, tuple[Plant, str, str]] = {
    # name: (plant, checks that must find it and no other, words of what is told)
    "a link": (linked, "links files", "/data/somewhere/river.mp4"),
    "a pipe": (lambda export: os.mkfifo(export / "index.pipe"), "links layout", "pipe"),
    "a date": (late, "dates", "touch -d 2000-01-01"),
    "rights": (on_clip(lambda path: path.chmod(0o600)), "rights", "0600, most files 0644"),
    "an attribute": (noted, "attributes", "user.xdg.origin.url"),
    "the folder's name": (lambda export: export.rename(export.parent / "steady-forcing"),
        "names", "'steady-forcing'"),
    "a name in a text": (lambda export: say(export, "Made by Causvid."), "names", "'Causvid' in clear"),
    "a name in base64": (lambda export: say(export, "c3RlYWR5LWZvcmNpbmc="), "names", "in base64"),
    "initials": (lambda export: say(export, "SF or RF?"), "names", "SF for"),
    "a word alone": (told_more("study", title="native"), "names code", "title is 'native': that is a conf"),
    "a name as file": (lambda export: (export / "causvid.txt").touch(), "layout names", "'causvid'"),
    "a name in notes": (lambda export: (export / "notes.txt").write_text("left is LongLive"), "layout names",
                        "LongLive"),
    "a name in a comment": (coded("rating.js", "// Self-Forcing first"), "code names", "Self-Forcing"),
    "a digest": (lambda export: say(export, hashlib.md5(b"LongLive\n").hexdigest()), "digests",
                 "md5 of 'LongLive\\n'"),
    "a digest cut short": (lambda export: say(export, hashlib.sha1(b"causvid").hexdigest()[:10]), "digests",
                           "beginning of sha1 of 'causvid'"),
    "a plain digest as token": (digest_as_token, "digests", "sha256 of 'self-forcing_peat-brook-moor_0.mp4'"),
    "shared digits": (shared_digits, "tokens", "names of clips share digits 1 to"),
    "counted trials": (counted, "tokens", "ids of trials"),
    "a system in a trial": (told_more("trial", left_system="A"), "fields", "left_system: unknown"),
    "the kind of a check": (told_more("trial", check="identical"), "fields", "check: unknown"),
    "a right answer": (told_more("trial", answer="tie"), "fields", "answer: unknown"),
    "a further field": (told_more("study", systems=["A"]), "fields", "systems: unknown"),
    "a token of another form": (told_more("study", rater_salt="lab A"), "fields", "rater_salt is 'lab A'"),
    "a comment behind the data": (commented, "fields", "more than one value"),
    "unsorted fields": (unsorted, "fields", "another way"),
    "a session under another name": (renamed_session, "fields", "its name says another"),
    "sessions out of order": (reversed_sessions, "order", "another order"),
    "one side": (one_sided, "sides", "same way round"),
    "code from elsewhere": (coded("index.html", '<script src="https://stats.example/a.js"></script>'),
                            "code addresses", "https://stats.example/a.js"),
    "code that reports": (coded("rating.js", 'fetch("//stats.example/v");'),
        "code addresses", "//stats.example/v"),
    "changed code": (coded("rating.js", "window.name = 1;"), "code", "not this version's code"),
    "a loosened policy": (loosened, "code", "not this version's code from line"),
    "no text": (lambda export: (export / "page.css").write_bytes(b"\xff\xfe"), "code", "no UTF-8"),
    "no style": (lambda export: (export / "page.css").unlink(), "code", "missing"),
    "a missing clip": (on_clip(Path.unlink), "files", "missing; a session shows it"),
    "a clip nobody is shown": (unshown, "files", "no session shows it"),
    "a missing session": (lambda export: sessions(export)[0].unlink(), "files", "missing; study.js lists it"),
    "a session nobody is given": (forgotten_session, "files", "does not list it"),
    "a length of no clip": (lambda export: edit(export / "study.js", lambda body: body["seconds"].update(
        {"00ff00ff00ff00ff": 2.0})), "files", "seconds tells of 00ff00ff00ff00ff"),
    "a title tag": (tagged(b"\xa9nam", b"take three"), "boxes format", "take three"),
    "an encoder tag": (tagged(b"\xa9too", b"Lavf61"), "boxes format", "can hold tags"),
    "a user box": (on_clip(lambda path: grow(path, MOOV, box(b"uuid", bytes(range(16)) + b"model one"))),
                   "boxes format", "model one"),
    "a second track": (on_clip(lambda path: grow(path, MOOV, box(b"trak", b""))), "boxes format",
                       "'moov/trak' comes 2 times"),
    "a date in a header": (on_clip(lambda path: patch(path, "moov/mvhd", 4, b"\xe0\0\0\1")), "boxes",
                           "date of creation or change in moov/mvhd"),
    "loose bytes": (on_clip(lambda path: grow(path, "mdat", bytes(9))),
        "boxes", "9 bytes among the picture data"),
    "bytes behind the end": (on_clip(trailing), "boxes", "belong to no box"),
    "no video": (on_clip(lambda path: path.write_bytes(b"<html>")), "boxes", "no video of an export"),
    "the encoder's settings": (unstripped, "stream", "x264"),
    "a note in the stream": (on_clip(lambda path: sei(path, b"take three, best of all")),
        "stream", "take three"),
    "a handler": (on_clip(lambda path: patch(path, "moov/trak/mdia/hdlr", 24, b"OtherHandler")), "format",
                  "name of the handler"),
    "a language": (on_clip(lambda path: patch(path, "moov/trak/mdia/mdhd", 20, b"\x10\xb5")),
        "format", "language"),
    "a level": (on_clip(lambda path: patch(path, f"{TABLE}/stsd/avc1/avcC", 3, b"\x33")),
        "format", "profile, level"),
    "a colour": (on_clip(lambda path: patch(path, f"{TABLE}/stsd/avc1/colr", 4, b"\0\6")),
        "format", "colour"),
    "a brand": (on_clip(lambda path: patch(path, "ftyp", 0, b"mp42")), "format", "brand"),
    "a time base": (on_clip(other_scale), "format", "time base"),
    "key frames": (on_clip(lambda path: patch(path, f"{TABLE}/stss", 12, b"\0\0\0\x0f")), "format",
                   "distance of key frames"),
    "the index at the end": (slow_index, "format", "order of boxes"),
    "a rate": (on_clip(lambda path: refilm(path, luma(48) // 2 + 60, Fraction(24))),
        "rate", "24 frames a second, most clips 16"),
    "a canvas": (on_clip(lambda path: refilm(path, luma(32, (96, 80)))),
        "canvas", "96x80 pixels, most clips 96x64"),
    "a length": (on_clip(lambda path: refilm(path, luma(31))), "length", "1.9375 s"),
    "a size": (on_clip(longer_file), "size", "other clips of the same prompt have"),
    "words in the padding": (
        lambda export: refill(roomy(export), b"this is the very best take of all " * 2), "fill",
                             "readable characters"),
    "a table in the padding": (lambda export: refill(roomy(export), bytes(range(200, 216)) * 4000),
        "fill", "compresses"),
    "a plain copy": (same_files, "twins", "equal to"),
    "a file that does not play": (on_clip(undecodable), "pictures", "can be decoded"),
    "a secret": (lambda export: say(export, key_of(export).secret[5:25]), "key", "the study's secret"),
    "a system's token": (lambda export: say(export, min(key_of(export).systems)), "key", "token of a system"),
    "a prompt's token": (lambda export: say(export, min(key_of(export).prompts)), "key", "token of a prompt"),
    "a digest of a source": (lambda export: say(export, min(key_of(export).sources.values(),
                             key=lambda one: one.path).sha256[:16]), "key", "digest of a clip"),
    "a prompt": (lambda export: say(export, "of prompt-2"), "names", "names a prompt"),
    "a path": (
        lambda export: say(export, min(one.path for one in key_of(export).sources.values())),
               "names", "where a clip lies"),
    "a key anybody reads": (lambda export: (export.parent / "key.json").chmod(0o644), "key", "chmod 600"),
}  # fmt: skip
BY_DATE = {"a date", "rights"}
"""Plants that are about dates and rights themselves; after all others these are set right."""


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_found_by_its_check(export: Path, name: str) -> None:
    plant, checks, words = PLANTS[name]
    plant(export)
    if name == "the folder's name":
        export = export.parent / "steady-forcing"
    if name not in BY_DATE:
        tiny_export.settle(export)
    found = scan(export, export.parent / "key.json").leaks
    assert {one.check for one in found} == set(checks.split()), found
    assert any(words in f"{one.what} {one.do}" for one in found), found
    assert all(one.do for one in found)


def test_dates_are_told_once_and_only_where_they_lie_a_second_apart(export: Path) -> None:
    """Copying gives each file a date of its own; that of a fast copy tells nothing."""
    files = sorted(path for path in export.rglob("*") if path.is_file())
    for number, path in enumerate(files):
        at = settings.MTIME * 10**9 + number * 10**9 // len(files)
        os.utime(path, ns=(at, at))
    assert scan(export).findings == ()
    for number, path in enumerate(files):
        os.utime(path, (settings.MTIME + number, settings.MTIME + number))
    dates, = scan(export).leaks
    first, last = files[0].relative_to(export), files[-1].relative_to(export)
    assert f"2000-01-01 00:00:00 ({first})" in dates.what and f"({last})" in dates.what


def test_every_check_has_a_leak_that_it_alone_finds() -> None:
    alone = {checks for _, checks, _ in PLANTS.values()} | {"layout"}
    assert {check.id for check in CHECKS} - alone - {"addresses", "links", "cadence"} == set()
    together = {own for _, checks, _ in PLANTS.values() for own in checks.split()}
    assert {"addresses", "links"} <= together


def test_a_logo_of_one_system_is_found(tmp_path: Path) -> None:
    export, key = tiny_export.make(tmp_path, marked="CausVid")
    found = scan(export, key).leaks
    assert {one.check for one in found} == {"pictures"}
    system = next(name for name, one in keys.load(key).systems.items() if one.label == "CausVid")
    from steadybench.study import planfile

    plan = planfile.load(tmp_path / "study")
    bearing = {kind: {one.token for one in plan.stimuli if one.system == system and one.kind == kind}
               for kind in ("clip", "copy", "spoiled")}
    named = {Path(one.file).stem for one in found}
    assert bearing["clip"] | bearing["copy"] <= named <= set().union(*bearing.values())


def test_a_clip_of_the_run_itself_is_found(export: Path) -> None:
    uncoded(export)
    tiny_export.settle(export)
    found = {one.check for one in scan(export, export.parent / "key.json").leaks}
    assert {"key", "size"} <= found <= AGAIN


def test_a_key_inside_the_export_is_found(export: Path) -> None:
    inside = export / "key.json"
    shutil.move(export.parent / "key.json", inside)
    found = scan(export, inside).leaks
    assert any(one.check == "key" and "lies inside the export" in one.what for one in found)
    assert any(one.check == "layout" and one.file == "key.json" for one in found)


def test_an_owner_of_one_file_is_found(clean: Path) -> None:
    held = list(entries(clean))
    number = next(i for i, one in enumerate(held) if one.path.startswith("clips/"))
    held[number] = replace(held[number], owner=(4711, 4711))
    (finding,) = rights(Case(Export(clean, tuple(held)), known()))
    assert finding.file == held[number].path and "owner 4711:4711" in finding.what


def test_a_damaged_video_is_told_and_never_breaks_the_scan(clean: Path) -> None:
    drawn, data = random.Random(5), clips(clean)[0].read_bytes()
    refused = 0
    for number in range(300):
        broken = bytearray(data[:drawn.randrange(1500)] if number % 3 == 0 else data)
        for _ in range(drawn.randrange(1, 6)):
            if broken:
                broken[drawn.randrange(min(len(broken), 1000))] = drawn.randrange(256)
        try:
            read(bytes(broken))
        except ValueError:
            refused += 1
    assert refused > 100
