"""The pair view as it is written: what it lists, what it says where something is missing, and chance."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.build import build
from reports.gather import shots
from reports.model import OverlayCard, ReportInput
from reports.pair.noise import noise_limits
from tests.reports import made

CARDS = (
    OverlayCard("flow", "Flow", "Where things go.", (("a wheel", b"\x89PNG wheel"),), 0.06),
    OverlayCard("mask", "Mask", "What is what.", (("support", b"\x89PNG 1"), ("medium", b"\x89PNG 2"))),
)


def listed(out: Path) -> dict[str, Any]:
    """What the page's script chooses from."""
    text = (out / "assets/pairs.js").read_text(encoding="utf-8")
    assert text.startswith("window.steadybenchPairs=")
    found = json.loads(text.partition("=")[2].rstrip().removesuffix(";"))
    assert isinstance(found, dict)
    return found


def overlaid(data: ReportInput, folder: Path, places: Sequence[int]) -> ReportInput:
    """Give some clips overlays, and make the first two a chosen pair."""
    keys = {id(shot.entry): shot.key for shot in shots(data)}
    clips = list(data.clips)
    for place in places:
        files = {kind: folder / f"{place}.{kind}" for kind in ("flow", "change", "mask")}
        for kind, path in files.items():
            path.write_bytes(f"{kind} of {place}".encode())
        clips[place] = replace(clips[place], overlays=files)
    pair = keys[id(data.clips[0])], keys[id(data.clips[1])]
    return replace(data, clips=tuple(clips), pairs=(pair,), overlays=CARDS)


def test_every_clip_can_be_chosen(tmp_path: Path) -> None:
    data = made.scene_report(tmp_path, seeds=(0, 1), prompts=("river", "fire"))
    build(data, tmp_path / "out")
    found = listed(tmp_path / "out")
    assert [title for _, title in found["prompts"]] == ["fire", "river"]
    assert [row[0] for row in found["rows"]] == [f"method-{i} (wan backbone)" for i in range(3)]
    assert {(found["prompts"][p][1], found["rows"][r][0][:8], seed) for _, p, r, seed in found["clips"]} == {
        (prompt, f"method-{i}", seed) for prompt in ("fire", "river") for i in range(3) for seed in (0, 1)}
    for key, prompt, *_ in found["clips"]:
        assert key in (tmp_path / "out/prompt" / f"{found['prompts'][prompt][0]}.js").read_text()


def test_clips_that_share_prompt_method_and_seed_are_told_by_name(tmp_path: Path) -> None:
    path = made.write_clip(tmp_path / "a.mp4", 1.0)
    named = {"method": "one", "prompt_id": "p", "seed": 3}
    clips = [made.entry(name, path, clip_sha256=made.digest(name), **named) for name in ("first", "second")]
    clips.append(made.entry("third", path, clip_sha256=made.digest("third"), **{**named, "seed": 4}))
    build(made.report_input(clips, made.results()), tmp_path / "out")
    names = [clip[4:] for clip in listed(tmp_path / "out")["clips"]]
    assert sorted(map(tuple, names)) == [(), ("first",), ("second",)]


def test_overlays_lie_beside_the_clips_and_their_colours_are_explained(tmp_path: Path) -> None:
    data = overlaid(made.scene_report(tmp_path), tmp_path, [0, 1])
    build(data, tmp_path / "out")
    keys = [shot.key for shot in shots(data)]
    for place in (0, 1):
        key = data.clips[place].clip_sha256[:12]
        assert (tmp_path / f"out/clips/{key}.flow.mp4").read_bytes() == f"flow of {place}".encode()
        assert (tmp_path / f"out/clips/{key}.mask.png").stat().st_nlink == 2
    script = (tmp_path / "out/prompt/river.js").read_text()
    assert script.count(".change.mp4") == 2
    page = (tmp_path / "out/pair.html").read_text()
    assert "Where things go." in page and "What is what." in page
    assert all(f'src="pair/{name}.png"' in page for name in ("flow-0", "mask-0", "mask-1"))
    assert (tmp_path / "out/pair/mask-1.png").read_bytes() == b"\x89PNG 2"
    assert f'href="pair.html#a={keys[0]}&amp;b={keys[1]}"' in page
    assert listed(tmp_path / "out")["overlays"] == {"flow": ["Flow", 0.06], "mask": ["Mask", 0]}


def test_overlays_that_are_gone_leave_the_report(tmp_path: Path) -> None:
    data = made.scene_report(tmp_path)
    build(overlaid(data, tmp_path, [0, 1]), tmp_path / "out")
    build(overlaid(data, tmp_path, [1]), tmp_path / "out")
    names = {path.name for path in (tmp_path / "out/clips").iterdir()}
    first, second = (clip.clip_sha256[:12] for clip in data.clips[:2])
    assert [name for name in names if ".flow." in name] == [f"{second}.flow.mp4"]
    assert f"{first}.mp4" in names


def test_a_clip_without_overlays_says_why(tmp_path: Path) -> None:
    data = overlaid(made.scene_report(tmp_path), tmp_path, [0])
    broken = replace(data.clips[1], overlay_problem="it <b>broke</b>")
    build(replace(data, clips=(data.clips[0], broken, *data.clips[2:])), tmp_path / "out")
    page = (tmp_path / "out/pair.html").read_text()
    assert "has none: it &lt;b&gt;broke&lt;/b&gt;" in page
    assert listed(tmp_path / "out")["problems"] == {broken.clip_sha256[:12]: "it <b>broke</b>"}
    assert "<b>broke" not in (tmp_path / "out/assets/pairs.js").read_text()


@pytest.mark.parametrize(("clips", "says"), [
    (0, "There is no clip in this report"), (1, "one clip only, and a pair needs two"),
])
def test_too_few_clips_for_a_pair_are_told(tmp_path: Path, clips: int, says: str) -> None:
    data = made.scene_report(tmp_path)
    few = replace(data, clips=data.clips[:clips], results=data.results[:0], curves=data.curves[:0])
    build(few, tmp_path / "out")
    page = (tmp_path / "out/pair.html").read_text()
    assert says in page and 'id="pair"' not in page
    links = re.findall(r'href="(prompt/[^"]+)"', page)
    assert len(links) == clips
    assert all((tmp_path / "out" / link.partition("#")[0]).is_file() for link in links)


def test_the_page_is_the_same_for_the_same_records(tmp_path: Path) -> None:
    data = overlaid(made.scene_report(tmp_path, seeds=(0, 1)), tmp_path, [0, 1])
    pages = []
    for name in ("one", "two"):
        build(data, tmp_path / name)
        pages.append([(tmp_path / name / file).read_bytes() for file in ("pair.html", "assets/pairs.js")])
    assert pages[0] == pages[1]


def noisy(values: Sequence[tuple[str, str, int | None, float]], status: str = "ok") -> ReportInput:
    clips, table = [], made.Rows()
    for i, (method, prompt, seed, value) in enumerate(values):
        sha = hashlib.sha256(str(i).encode()).hexdigest()
        clip = made.entry(str(i), method=method, prompt_id=prompt, seed=seed, clip_sha256=sha)
        clips.append(clip)
        late = {"metric": "drift.late", "value": value, "status": status, "reason": "said"}
        table += made.rows(clip, {}, [late], identity="x")
    return made.report_input(clips, made.results(table))


def test_chance_is_what_another_seed_does_to_one_method_on_one_prompt() -> None:
    data = noisy([("one", "a", 0, 1.0), ("one", "a", 1, 3.0), ("one", "b", 0, 10.0), ("one", "b", 1, 12.0),
                  ("two", "a", 0, 100.0), ("two", "a", 1, 104.0), ("two", "b", 0, 5.0), ("two", "b", 1, 5.0)])
    # Squared deviations 2 + 2 + 8 + 0 on 4 degrees of freedom, t(0.975, 4) = 2.776445.
    limit = 2.776445 * (2 * 12 / 4) ** 0.5
    assert noise_limits(shots(data)) == {"x": {"drift.late": pytest.approx(limit, rel=1e-3)}}


@pytest.mark.parametrize("values", [
    [("one", "a", 0, 1.0), ("two", "a", 0, 3.0), ("one", "b", 0, 4.0)],
    [("one", "a", None, 1.0), ("one", "a", None, 3.0)],
    [("one", "", 0, 1.0), ("one", "", 1, 3.0)],
    [("one", p, seed, 1.0) for p in "abc" for seed in (0, 1)],
    [("one", p, seed, 0.0) for p in "abcdef" for seed in (0, 1)],
])
def test_without_two_seeds_that_differ_on_several_prompts_chance_is_not_known(
    values: list[tuple[str, str, int | None, float]]
) -> None:
    assert noise_limits(shots(noisy(values))) == {}


def test_ends_that_were_not_reached_say_nothing_about_chance() -> None:
    data = noisy([("one", p, seed, 1.0) for p in "abcdef" for seed in (0, 1)], status="censored")
    assert noise_limits(shots(data)) == {}
