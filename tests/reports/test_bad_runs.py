"""Odd mixtures of clips and numbers: the pages stay sound and say what does not fit together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.build import build
from reports.checks import check
from reports.model import ClipEntry, ReportInput
from tests.reports import made, many
from tests.reports.sound import faults, text_of


def held(seconds: float, clip: ClipEntry) -> made.Rows:
    return made.rows(clip, made.all_held(seconds), [
        {"metric": f"{axis}.late", "value": 0.1} for axis in made.AXES[1:]])


def words(data: ReportInput, out: Path) -> str:
    """Build, check every page, and return all words of the first one."""
    build(data, out)
    assert faults(out) == []
    return text_of(out / "index.html")


def test_results_of_mixed_identities_are_never_pooled(tmp_path: Path) -> None:
    parts = []
    for i, method in enumerate(("alpha", "beta")):
        for prompt in range(4):
            one = many.clip(method, f"p{prompt}")
            rows = many.numbered(one, {"drift": 10.0 + i})
            parts.append((one, [{**row, "identity": f"{i}" * 16} for row in rows]))

    found = words(many.report(parts), tmp_path)

    assert "more than one identity" in found or "Not ranked together" in found
    assert "No rank" in text_of(next((tmp_path / "method").glob("alpha*.html")))


def test_identities_mixed_within_a_method_give_no_time(tmp_path: Path) -> None:
    parts = []
    for prompt in range(4):
        one = many.clip("alpha", f"p{prompt}")
        rows = many.numbered(one, {})
        parts.append((one, [{**row, "identity": f"{prompt % 2}" * 16} for row in rows]))

    words(many.report(parts), tmp_path)

    assert "No steady time could be estimated." in text_of(next((tmp_path / "method").glob("*.html")))


def test_clips_of_5_s_beside_240_s_share_pages_but_no_rank(tmp_path: Path) -> None:
    parts = []
    for method, seconds in (("alpha", 5.0), ("beta", 240.0)):
        for prompt in range(4):
            one = many.clip(method, f"p{prompt}", horizon_s=seconds, facts={"duration_s": seconds})
            parts.append((one, held(seconds, one)))

    found = words(many.report(parts), tmp_path)

    assert "5.0 s to 240.0 s" in found
    assert "Not ranked together" in found


def test_one_prompt_with_clips_of_very_different_length(tmp_path: Path) -> None:
    short, long = (many.clip(name, "p0", horizon_s=s, facts={"duration_s": s})
                   for name, s in (("alpha", 5.0), ("beta", 240.0)))

    words(many.report([(short, held(5.0, short)), (long, held(240.0, long))]), tmp_path)

    assert "240" in text_of(tmp_path / "prompt" / "p0.html")


@pytest.mark.parametrize("changes", [
    {"configuration": "x"}, {"backbone": "tiny"}, {"weights_digest": "a" * 64}, {"revision": "v2"},
    {"method": "Alpha"}, {"method": "alpha:x", "configuration": ""}, {"method": "alpha "},
])
def test_rows_of_nearly_one_name_have_pages_of_their_own(tmp_path: Path, changes: dict[str, Any]) -> None:
    parts = []
    for prompt in range(3):
        for i, own in enumerate(({"configuration": "x"} if "configuration" in changes else {}, changes)):
            one = many.clip("alpha", f"p{prompt}", **{**own, "clip_sha256": made.digest(f"{prompt} {i}")})
            parts.append((one, many.numbered(one, {})))

    data = many.report(parts)
    words(data, tmp_path)

    rows = {(c.method, c.configuration, c.backbone, c.weights_digest, c.revision) for c in data.clips}
    pages = [path.name.lower() for path in (tmp_path / "method").glob("*.html")]
    assert len(set(pages)) == len(pages) == len(rows)


def test_clips_of_one_prompt_with_different_texts_are_all_quoted(tmp_path: Path) -> None:
    parts = []
    for i in range(3):
        one = many.clip("alpha", "p0", i, prompt=f"Text {i}.")
        parts.append((one, many.numbered(one, {})))

    words(many.report(parts), tmp_path)

    found = text_of(tmp_path / "prompt" / "p0.html")
    assert all(f"Text {i}." in found for i in range(3))


@pytest.mark.parametrize("clips", [0, 1, 2])
def test_hardly_any_clip(tmp_path: Path, clips: int) -> None:
    parts = []
    for i in range(clips):
        one = many.clip("alpha", f"p{i}")
        parts.append((one, many.numbered(one, {})))

    found = words(many.report(parts), tmp_path)

    assert ("No clip was scored." in found) == (clips == 0)


def test_all_numbers_abstain(tmp_path: Path) -> None:
    parts = []
    for i in range(4):
        one = many.clip("alpha", f"p{i}")
        rows = many.numbered(one, dict.fromkeys(made.AXES, "too dark"), dict.fromkeys(made.AXES[1:]))
        parts.append((one, rows))

    words(many.report(parts), tmp_path)

    found = text_of(next((tmp_path / "method").glob("*.html")))
    assert "abstained: too dark" in found
    assert "No steady time could be estimated." in found


def test_all_measurements_failed(tmp_path: Path) -> None:
    parts = []
    for i in range(4):
        one = many.clip("alpha", f"p{i}", clip_sha256="")
        rows = made.rows(one, dict.fromkeys(made.AXES, (0.0, "failed")))
        parts.append((one, [{**row, "identity": ""} for row in rows]))

    words(many.report(parts), tmp_path)

    assert "it broke" in text_of(tmp_path / "metric" / "drift.html") or "4 failed" in text_of(
        tmp_path / "metric" / "drift.html")


def test_faulty_tables_are_refused_with_every_fault(tmp_path: Path) -> None:
    one = many.clip("alpha", "p0")
    rows = [{**row, "status": "fine"} for row in many.numbered(one, {})]

    with pytest.raises(ValueError, match="status must be one of abstained, censored, failed, ok, got 'fine'"):
        build(many.report([(one, rows)]), tmp_path)

    with pytest.raises(ValueError, match="no entry in `clips` has this clip"):
        check(replace(many.report([(one, many.numbered(one, {}))]), clips=()))
