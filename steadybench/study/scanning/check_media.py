"""What a player, a hex editor or a look at sizes tells of a video file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from steadybench.study.scanning import boxes, units
from steadybench.study.scanning.case import Case
from steadybench.study.scanning.clip import Clip
from steadybench.study.scanning.export import clip_path, groups
from steadybench.study.scanning.finding import Finding

Seen = TypeVar("Seen", bound=Hashable)

_AGAIN = "Export again, so that every clip goes through the one encoder; copy no clip in by hand."
_SLACK = 0.0006
"""Seconds by which a length may miss what study.js says, which is rounded to milliseconds."""
_NOISE, _TEXT = 0.97, 40
"""Share to which noise can be compressed at best; characters that noise never has readable in a row."""
_NATIVE = (
    "Nothing removes it but clips of one rate; eyes may see it in the motion too. Name it in the paper, with "
    "the attributes that could not be blinded."
)


def structure(case: Case) -> Iterator[Finding]:
    """Boxes that take texts, dates, further tracks, and bytes that belong to nothing."""
    for path, fault in case.export.faults.items():
        if path.startswith("clips/"):
            yield Finding("boxes", path, f"no video of an export: {fault}", _AGAIN)
    for token, clip in case.export.clips.items():
        path = clip_path(token)
        for strange in sorted(set(clip.order) - boxes.ALLOWED):
            told = f"box {strange!r}, which can hold tags; {_held(clip, strange)}"
            yield Finding("boxes", path, told, _AGAIN)
        twice = [own for own, count in Counter(clip.order).items() if count > 1 and own != "free"]
        if twice:
            yield Finding("boxes", path, f"box {twice[0]!r} comes {clip.order.count(twice[0])} times", _AGAIN)
        if clip.dated:
            yield Finding("boxes", path, f"a date of creation or change in {', '.join(clip.dated)}", _AGAIN)
        if clip.loose:
            told = f"{clip.loose} bytes among the picture data that belong to no frame"
            yield Finding("boxes", path, told, _AGAIN)


def _held(clip: Clip, path: str) -> str:
    text = "".join(chr(byte) for byte in clip.constant.get(path, b"") if 32 <= byte < 127)
    return f"here {text!r:.80}" if text else "here without a text"


def stream(case: Case) -> Iterator[Finding]:
    """Units of the video stream besides pictures: encoders sign their work there."""
    for token, clip in case.export.clips.items():
        for kind in sorted(clip.kinds.keys() - units.SLICES):
            what = units.NAMES.get(kind, f"units of kind {kind}")
            text = f": {clip.settings!r:.80}" if kind == units.SEI and clip.settings else ""
            yield Finding("stream", clip_path(token), f"the stream has {what}{text}", _AGAIN)


def rate(case: Case) -> Iterator[Finding]:
    """Frames a second, which tell methods that run at their own."""
    do = (
        "Plan without the method that has another rate, or make its clips at one that divides 60 with the "
        "others'; where rates differ on purpose, scan with --allow rate and say so in the paper."
    )
    for path, own, usual in _odd(case, lambda clip: clip.rate):
        told = f"{_fps(own)}, most clips {_fps(usual)}" if own else "frames last unequally long"
        yield Finding("rate", path, told, do)


def _fps(rate: Fraction) -> str:
    return f"{float(rate):g} frames a second"


def canvas(case: Case) -> Iterator[Finding]:
    """Width and height of the file."""
    for path, own, usual in _odd(case, lambda clip: clip.size):
        told = "{}x{} pixels, most clips {}x{}".format(*own, *usual)
        yield Finding("canvas", path, told, _AGAIN)


def alike(case: Case) -> Iterator[Finding]:
    """Codec, profile, level, pixel format, colour, time base, handler, order of boxes, key frames."""
    clips = case.export.clips
    by_look: dict[tuple[Fraction, tuple[int, int]], dict[str, Clip]] = defaultdict(dict)
    for token, clip in clips.items():
        by_look[clip.rate, clip.size][token] = clip
    for token, differs in sorted(_differences(clips, _general).items()):
        yield Finding("format", clip_path(token), f"differs from most clips in {differs}", _AGAIN)
    for same in by_look.values():
        for token, differs in sorted(_differences(same, _special).items()):
            yield Finding("format", clip_path(token), f"differs from most clips in {differs}", _AGAIN)


_BY_LOOK = {
    f"{boxes.TABLE}/stsd/avc1/avcC", f"{boxes.TABLE}/stsd/avc1", "moov/trak/tkhd", "moov/trak/mdia/mdhd",
}  # fmt: skip
"""Boxes that follow from rate and size of the picture."""
_SYNC = f"{boxes.TABLE}/stss"
_WORDS = {
    f"{boxes.TABLE}/stsd/avc1/avcC": "profile, level or other settings of the encoder (avcC)",
    f"{boxes.TABLE}/stsd/avc1/colr": "colour (colr)", f"{boxes.TABLE}/stsd/avc1": "codec entry (avc1)",
    "moov/trak/mdia/hdlr": "name of the handler (hdlr)", "ftyp": "brand (ftyp)",
    "moov/trak/mdia/mdhd": "time base or language (mdhd)", "moov/mvhd": "time base (mvhd)",
    "moov/trak/edts/elst": "edit list (elst)",
}  # fmt: skip


def _general(clip: Clip) -> Mapping[str, object]:
    parts = {path: held for path, held in clip.constant.items() if path not in _BY_LOOK}
    # Where every frame is a key frame there is no table of them: that follows from the rate.
    return {**parts, "order of boxes": tuple(path for path in clip.order if path != _SYNC)}


def _special(clip: Clip) -> Mapping[str, object]:
    period = clip.keys[1] - clip.keys[0] if len(clip.keys) > 1 else 0
    regular = all(b - a == period for a, b in pairwise(clip.keys))
    parts: dict[str, object] = {path: held for path, held in clip.constant.items() if path in _BY_LOOK}
    parts["table of key frames (stss)"] = _SYNC in clip.order
    return {**parts, "distance of key frames": period if regular else clip.keys} if period else parts


def _differences(clips: Mapping[str, Clip], of: Callable[[Clip], Mapping[str, object]]) -> dict[str, str]:
    """In what clips differ from most, by token."""
    looks = {token: of(clip) for token, clip in clips.items()}
    found: dict[str, list[str]] = defaultdict(list)
    for part in sorted({part for look in looks.values() for part in look}):
        counts = Counter(look.get(part) for look in looks.values() if part in look or part != _KEYS)
        usual = counts.most_common(1)[0][0]
        for token, look in looks.items():
            if look.get(part) != usual and (part in look or part != _KEYS):
                found[token].append(_WORDS.get(part, part))
    return {token: ", ".join(parts) for token, parts in found.items()}


_KEYS = "distance of key frames"
"""Unknown for a clip that is too short for two."""


def length(case: Case) -> Iterator[Finding]:
    """Frames of clips that are compared, and what the page is told of their length."""
    clips, study = case.export.clips, case.export.study
    for left, right in sorted(set(case.export.pairs)):
        if left in clips and right in clips and clips[left].seconds != clips[right].seconds:
            a, b = float(clips[left].seconds), float(clips[right].seconds)
            told = f"{a:g} s; {clip_path(right)}, which it is shown beside, has {b:g} s"
            do = "Export again: both must be cut to the shorter one."
            yield Finding("length", clip_path(left), told, do)
    for token, said in sorted(study.seconds.items()) if study else ():
        clip = clips.get(token)
        if clip and clip.rate and abs(float(clip.seconds) - said) > _SLACK:
            told = f"{float(clip.seconds):g} s; study.js says {said:g} s"
            yield Finding("length", clip_path(token), told, _AGAIN)


def size(case: Case) -> Iterator[Finding]:
    """Bytes of files that show one prompt: they tell by the time to load and in any list of files."""
    for group in groups(case.export):
        held = {token: case.export.clips[token].length for token in group if token in case.export.clips}
        usual = Counter(held.values()).most_common(1)[0][0] if held else 0
        for token in sorted(token for token, own in held.items() if own != usual):
            told = f"{held[token]} bytes; other clips of the same prompt have {usual}"
            do = "Export again: files of a prompt are padded to one size."
            yield Finding("size", clip_path(token), told, do)


def fill(case: Case) -> Iterator[Finding]:
    """Padding that is no noise."""
    for token, clip in case.export.clips.items():
        if clip.fill_letters >= _TEXT or clip.fill_packed < _NOISE:
            told = (
                f"the padding (free) is no noise: {clip.fill_letters} readable characters in a row, "
                f"compresses to {clip.fill_packed:.0%}"
            )
            yield Finding("fill", clip_path(token), told, _AGAIN)


def cadence(case: Case) -> Iterator[Finding]:
    """Remark on frames shown several times: how often tells a method's own rate."""
    for group in groups(case.export):
        clips = [clip for token in group if (clip := case.export.clips.get(token))]
        held = {clip.rate / clip.repeats for clip in clips if clip.rate and clip.repeats}
        if len(held) > 1:
            told = (
                "clips that are compared have pictures at different rates of their own: "
                f"{', '.join(f'{float(own):g}' for own in sorted(held))} a second"
            )
            yield Finding("cadence", clip_path(min(group)), told, _NATIVE, leak=False)


def twins(case: Case) -> Iterator[Finding]:
    """Files that are equal to the byte: they give away the check with two equal clips."""
    first: dict[str, str] = {}
    for token, clip in sorted(case.export.clips.items()):
        other = first.setdefault(clip.sha256, token)
        if other != token:
            told = f"equal to {clip_path(other)} to the last byte; whoever compares files knows the answer"
            yield Finding("twins", clip_path(token), told, _AGAIN)


def _odd(case: Case, of: Callable[[Clip], Seen]) -> Iterator[tuple[str, Seen, Seen]]:
    """Clips that differ from most in something, as (path, own, what most have)."""
    clips = case.export.clips
    if clips:
        usual = Counter(of(clip) for clip in clips.values()).most_common(1)[0][0]
        for token, clip in sorted(clips.items()):
            if of(clip) != usual:
                yield clip_path(token), of(clip), usual
