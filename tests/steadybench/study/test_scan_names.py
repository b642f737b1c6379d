"""Names are found however they are written, and ordinary words are left alone."""

from __future__ import annotations

import base64
import codecs
import hashlib
import os
import random
import uuid
import zlib

import pytest

from steadybench.study.key import Key, Source, System
from steadybench.study.scanning import digests
from steadybench.study.scanning.known import known
from steadybench.study.scanning.strings import runs
from steadybench.study.scanning.views import views
from tests.steadybench.study.made_study import made_plan

KNOWN = known()

SAID = {
    "as id": "steady-forcing", "spaced": "Self Forcing", "joined": "RollingForcing", "title": "CausVid",
    "parted": "Caus-Vid", "upper": "REWARD_FORCING", "paper": "arXiv:2509.22622",
    "program": "guandeh17/Self-Forcing", "configuration": "engine-native", "backbone": "Wan 2.1",
    "weights": "wan2.1-1.3b", "prompt": "peat-brook-moor", "prompt joined": "peat_brook_moor",
    "in base64": base64.b64encode(b"by steady-forcing").decode(),
    "in base64, one further": base64.b64encode(b"xby steady-forcing").decode(),
    "in base64, for addresses": base64.urlsafe_b64encode(b"\xfb\xff\xfesteady-forcing").decode(),
    "in base64 twice": base64.b64encode(base64.b64encode(b"made by longlive, native")).decode(),
    "in hex": b"causvid!".hex(), "in hex, upper": b"LongLive".hex(" ").upper(),
    "in rot13": codecs.encode("steady-forcing", "rot13"), "backwards": "gnicrof-fles",
    "in escapes": "\\x73teady-forcing", "in unicode escapes": "\\u0073teady-forc\\u{69}ng",
    "in html": "st&#101;ady-forcing", "in percents": "%73teady-forcing",
    "in pieces": '"steady-" + "forcing"', "with invisible signs": "steady\u200b-for\u00adcing",
    "in wide letters": "\uff33teady-forcing",
    "as numbers": ",".join(str(ord(sign)) for sign in "causvid"),
    "packed": base64.b64encode(zlib.compress(b"made by steady-forcing " * 3)).decode(),
    "packed hard": base64.b64encode(zlib.compress(b"made by steady-forcing " * 3)[2:-4]).decode(),
}  # fmt: skip


def found(text: str, words: object = None) -> set[str]:
    used = KNOWN if words is None else words
    return {name.plain for _, view in views(text) for name, _ in used.within(view)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", SAID)
def test_a_name_is_found_however_it_is_written(way: str) -> None:
    assert found(f"You see {SAID[way]}, then answer.")


@pytest.mark.parametrize("text", [
    "Your answers are recorded; the program is common, native to browsers, and takes a long time.",
    "Water of a river in slow motion is forced through a canyon; a forcing of the eye is steady.",
    "The clip at 12.5 MB, version 2.1, 1412.0772 seconds, was wan and pale; long lives the river.",
    "drift freeze blur zoom pan shake clean stagnation hardening tiny infinity",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
])  # fmt: skip
def test_ordinary_words_are_no_names(text: str) -> None:
    assert found(text) == set()


def test_noise_holds_no_names_and_no_digests() -> None:
    drawn = random.Random(3)
    assert found(runs(drawn.randbytes(4_000_000))) == set()
    rows = {f"{drawn.getrandbits(64):016x}" for _ in range(20_000)}
    rows |= {f"{drawn.getrandbits(48):012x}" for _ in range(20_000)}
    assert list(digests.named(rows, KNOWN.names)) == []
    assert list(digests.guessed(rows, KNOWN.names)) == []


def test_a_word_alone_is_told_from_a_word_in_a_sentence() -> None:
    assert KNOWN.alone("Native") is not None and KNOWN.alone("native speakers") is None
    assert KNOWN.alone("procedural") is not None and KNOWN.alone("drift") is None


def own(label: str, method: str, run: str = "run") -> Key:
    system = System(label, method, "default", "net", (run,))
    source = Source("/data/mine/out/one.mp4", "ab" * 32, "one.mp4", "s", "p", 0)
    return Key("5e" * 32, {"s": system}, {"p": "wide-river-07"}, {"t": source})


@pytest.mark.parametrize(("text", "seen"), [
    ("made by Zephyr", True), ("a zephyrous wind", False), ("wide-river-07", True),
    ("a wide river 07", False),
    ("see /data/mine/out/one.mp4", True), ("run", False), ("in august-night-runs", True),
])  # fmt: skip
def test_names_of_the_key_are_found(text: str, seen: bool) -> None:
    words = known(own("Zephyr (net)", "zephyr", "august-night-runs"))
    assert bool(found(text, words)) is seen


def test_a_method_that_is_called_like_a_word_of_the_questions_is_looked_for_alone() -> None:
    words = known(own("motion", "motion"))
    assert not found("the motion goes on", words) and words.alone("motion") is not None


@pytest.mark.parametrize(("row", "told"), [
    (hashlib.md5(b"causvid").hexdigest(), "md5 of 'causvid'"),
    (hashlib.md5(b"Steady-Forcing\n").hexdigest(), "md5 of 'Steady-Forcing\\n'"),
    (hashlib.sha1(b"Self-Forcing").hexdigest()[:8], "the beginning of sha1"),
    (hashlib.sha256(b"rolling_forcing").hexdigest()[:12], "the beginning of sha256 of 'rolling_forcing'"),
    (hashlib.sha512(b"LONGLIVE").hexdigest(), "sha512 of 'LONGLIVE'"),
    (hashlib.blake2b(b"causvid").hexdigest()[:16], "the beginning of blake2b"),
    (f"{zlib.crc32(b'causvid'):08x}", "crc32 of 'causvid'"),
    ("00" + hashlib.md5(b"LongLive").hexdigest() + "00", "digits of md5 of 'LongLive'"),
    (hashlib.sha256(b"self-forcing:long").hexdigest()[:20], "the beginning of sha256 of 'self-forcing:long'"),
    (str(uuid.uuid5(uuid.NAMESPACE_URL, "causvid")), "uuid5 of 'causvid'"),
    (str(uuid.uuid3(uuid.NAMESPACE_DNS, "longlive")), "uuid3 of 'longlive'"),
])  # fmt: skip
def test_a_digest_of_a_name_is_found(row: str, told: str) -> None:
    (hit,) = digests.named(digests.rows(f"x {row.upper()} y"), KNOWN.names)
    assert told in hit[1]


def test_tokens_that_are_plain_digests_are_found() -> None:
    texts = {
        "causvid/peat-brook-moor": "md5", "peat-brook-moor_self_forcing": "sha1", "17": "sha256",
        "longlive-rainforest-creek-1": "sha256", "self-forcing_peat-brook-moor.mp4": "sha1",
        "steady-forcing:peat-brook-moor": "md5", "rainforest-creek causvid": "sha256",
    }  # fmt: skip
    tokens = {hashlib.new(how, text.encode()).hexdigest()[:16]: f"{how} of {text!r}"
              for text, how in texts.items()}
    assert dict(digests.guessed({*tokens, "00" * 8}, KNOWN.names)) == tokens


def test_a_plain_digest_of_names_in_the_key_is_found() -> None:
    words = known(made_plan()[1])
    token = hashlib.sha256(b"causvid_prompt-2").hexdigest()[:16]
    assert list(digests.guessed({token}, words.names)) == [(token, "sha256 of 'causvid_prompt-2'")]


def test_readable_runs_are_those_of_a_hex_editor() -> None:
    assert runs(b"\x01abcdef\x02\x03ab\x04ghijklm\x05") == "abcdef\nghijklm\n"
    assert runs("two words".encode("utf-16-le")) == runs("two words".encode("utf-16-be")) == "two words"
    assert runs(b"abcde") == "" and runs(b"") == "" and runs(os.urandom(0)) == ""
