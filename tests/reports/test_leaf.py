"""Pages of methods and measurements: who, how it stands, what is missing, and what was found."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.build import build
from reports.gather import Setup, shots
from reports.leaf.markdown import card_html
from reports.leaf.spread import placed, spreads
from reports.model import ReportInput
from reports.site.site import site_of
from reports.steady_tables import standings_of
from reports.urls import method_page, slug
from tests.reports import made, many

ALPHA, BETA, GAMMA = (Setup(name, "", "") for name in ("alpha", "beta", "gamma"))


def page(data: ReportInput, out: Path, name: str) -> str:
    build(data, out)
    return (out / name).read_text(encoding="utf-8")


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def script_of(setup: Setup) -> str:
    return method_page(setup).removesuffix("html") + "js"


def clip_rows(script: str) -> list[Any]:
    """The rows of a method's table of clips, as its script gets them."""
    begin, rows = script.split("=", 1)
    assert begin == "window.steadybenchClips"
    return list(json.loads(rows.rstrip(";\n")))


# Markdown


def test_a_card_loses_its_title_and_what_is_said_elsewhere() -> None:
    found = card_html("# Name\n\nLead.\n\n## Numbers\n\nGone.\n\n## Needs\n\n* `a`\n", ("Numbers", "Lead."))

    assert found == "<h3>Needs</h3>\n<ul>\n<li><code>a</code></ul>\n"


def test_a_card_shows_markup_as_text_and_leads_nowhere() -> None:
    hostile = ("<script>alert(1)</script> <img src=x onerror=y>\n\n[go](https://evil.example) "
               "<https://b.example> [j](javascript:alert(1))\n\n![a picture](x.svg)\n\n"
               "| a | b |\n| :--- | ---: |\n| </table> | `<b>` |\n\n<div onclick=x>\n")

    found = card_html(hostile)

    allowed = {"p", "div", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert set(re.findall(r"<(\w+)", found)) <= allowed
    assert "href" not in found
    assert "style=" not in found
    assert "src=x" in found, "as text"
    assert "&lt;script&gt;" in found
    assert "go https://b.example" in found
    assert '<div class="scroll"><table class="plain">' in found
    assert found.count('<th scope="col">') == 2
    assert "a picture" not in found


@pytest.mark.parametrize("card", ["", "# Only a title", "# T\n\n![p](a.svg)\n"])
def test_an_empty_card_is_empty(card: str) -> None:
    assert card_html(card) == ""


# Spreads


def late_of(*clips: tuple[dict[str, float], float | None]) -> ReportInput:
    parts = []
    for i, (onsets, level) in enumerate(clips):
        one = many.clip("alpha", f"p{i}")
        parts.append((one, many.numbered(one, onsets, {"drift": level})))
    return many.report(parts)


def test_quartiles_of_levels_leave_out_what_is_not_credited_and_what_is_missing() -> None:
    data = late_of(({}, 0.1), ({}, 0.2), ({}, 0.3), ({"stagnation": 3.0}, 0.0), ({}, None))

    spread = spreads(shots(data))["drift.late", made.digest("drift")[:16]][ALPHA]

    assert spread.quartiles == pytest.approx((0.15, 0.2, 0.25))
    assert (spread.clips, spread.struck, spread.abstained, spread.failed) == (3, 1, 1, 0)
    assert spread.low is not None
    assert spread.high is not None
    assert (spread.low.value, spread.high.value) == (0.1, 0.3)
    assert spread.low.key == made.digest("alpha p0 0")[:12]


def test_quartiles_of_times_count_clips_without_the_failure_in_full() -> None:
    data = late_of(({"drift": 4.0}, 0.9), ({"drift": 8.0}, 0.9), ({}, 0.1), ({}, 0.1))

    spread = spreads(shots(data))["drift.onset", made.digest("drift")[:16]][ALPHA]

    assert spread.quartiles is not None
    assert spread.quartiles[:2] == (4.0, 8.0)
    assert math.isinf(spread.quartiles[2])
    assert (spread.clips, spread.held) == (4, 2)
    assert spread.high is not None
    assert spread.high.held


def test_a_time_that_another_failure_cut_short_is_no_merit() -> None:
    """Two clips hold without drift only because they froze: of what is left, half drifts at 20 s."""
    froze = {"stagnation": 2.0}
    data = late_of((froze, 0.0), (froze, 0.0), ({"drift": 20.0}, 0.9), ({}, 0.1))

    spread = spreads(shots(data))["drift.onset", made.digest("drift")[:16]][ALPHA]

    assert spread.quartiles is not None
    assert spread.quartiles[1] == 20.0


def test_a_measurement_that_broke_counts_under_every_identity() -> None:
    one, other = many.clip("alpha", "p0"), many.clip("alpha", "p1")
    broken = [{**row, "identity": "", "value": None, "status": "failed", "reason": "no file"}
              for row in many.numbered(other, {})]
    found = spreads(shots(many.report([(one, many.numbered(one, {})), (other, broken)])))

    assert {identity for metric, identity in found if metric == "drift.late"} == {made.digest("drift")[:16]}
    assert found["drift.late", made.digest("drift")[:16]][ALPHA].failed == 1


def test_places_stay_on_the_scale() -> None:
    assert [placed(value, (2.0, 4.0)) for value in (1.0, 2.0, 3.0, 9.0, math.inf)] == [0, 0, 50, 100, 100]
    assert placed(2.0, (2.0, 2.0)) == 0.0


# Pages of measurements


def test_every_quantity_has_a_place_and_its_direction(tmp_path: Path) -> None:
    found = page(many.study(), tmp_path, "metric/drift.html")

    for one in many.QUANTITIES:
        assert (f'id="{slug(one.id)}"' in found) == one.id.startswith("drift.")
    assert "Is the scene carried away?" in text(found)
    assert "drift.late ↓ lower is better" in text(found)
    assert "It says how ." in text(found)


def test_quantities_that_only_the_results_know_have_a_place_too(tmp_path: Path) -> None:
    one = many.clip("alpha", "p0")
    rows = [*many.numbered(one, {}), *made.rows(one, {}, [{"metric": "drift.new", "value": 3.0},
                                                          {"metric": "mask.area", "value": 0.5}])]
    data = many.report([(one, rows)])

    assert 'id="drift.new"' in page(data, tmp_path, "metric/drift.html")
    assert 'id="mask.area"' in (tmp_path / "metric" / "premise.html").read_text()
    assert site_of(data, tmp_path).metric_url("mask.area") == "metric/premise.html#mask.area"


def test_the_identity_is_told_in_full(tmp_path: Path) -> None:
    digest = made.digest("drift")[:16]
    run = {"identities": {digest: {"version": 7, "mask_source": "truth",
                                   "settings": {"flow": {"backend": "dis"}, "sides": [480, 240]}}}}

    found = text(page(many.study(run=run), tmp_path, "metric/drift.html"))

    assert f"digest {digest} , 18 clips version 7 flow.backend dis mask truth sides 480, 240" in found


def test_an_identity_that_the_run_does_not_tell_is_said_to_be_unknown(tmp_path: Path) -> None:
    found = text(page(many.study(run={"identities": 3}), tmp_path, "metric/drift.html"))

    assert "The run does not tell what is behind this digest." in found


def test_values_are_told_by_method_with_links_to_their_clips(tmp_path: Path) -> None:
    data = many.study()
    found = page(data, tmp_path, "metric/drift.html")
    late = found.split('id="drift.late"')[1].split("</table>")[0]

    assert late.count("<tr") == 4
    assert "<td><b>0.525</b><td>0.51" in late
    low = made.digest("gamma p0 0")[:12]
    assert f'<a href="../prompt/p0.html#{low}">0.500</a>' in late
    assert f'href="../{method_page(GAMMA)}"' in late


def test_numbers_of_two_identities_never_share_a_row(tmp_path: Path) -> None:
    one, other = many.clip("alpha", "p0"), many.clip("alpha", "p1")
    parts = [(one, many.numbered(one, {}, {"drift": 0.2})),
             (other, [{**row, "identity": "f" * 16} for row in many.numbered(other, {}, {"drift": 0.8})])]

    found = page(many.report(parts), tmp_path, "metric/drift.html")
    late = found.split('id="drift.late"')[1].split("</section>")[0]

    assert late.count("<table") == 2
    assert found.count('id="drift.late"') == 1
    assert "0.500" not in late, "the mean of the two"


def test_a_measurement_without_a_clip_says_so(tmp_path: Path) -> None:
    found = text(page(many.report([]), tmp_path, "metric/drift.html"))

    assert "No clip was measured on it." in found
    assert "No clip of this report was measured on it." in found


# Pages of methods


def test_a_method_tells_rank_times_and_pairs(tmp_path: Path) -> None:
    data = many.study(prompts=8)
    found = text(page(data, tmp_path, method_page(GAMMA)))

    assert "Rank 3 of 3." in found
    assert "Group c; no other rank is possible, by the pairs that are told apart." in found
    assert found.count("▼ holds shorter than it") == 2
    assert "8 of 8 clips hold to the end" in text((tmp_path / method_page(ALPHA)).read_text())
    assert "▲ holds longer than it" in text((tmp_path / method_page(ALPHA)).read_text())


def test_methods_that_share_a_rank_say_so(tmp_path: Path) -> None:
    """Three prompts tell nothing apart: all three methods share rank 1, the longest by its mean no less."""
    found = text(page(many.study(prompts=3), tmp_path, method_page(ALPHA)))
    assert "Shares rank 1 of 3 with all 2 others." in found
    assert "No two methods are told apart, so that any rank from 1 to 3 is possible." in found
    assert "Median time to the first failure: longer than" in found


def test_pairs_tell_the_difference_of_mean_times(tmp_path: Path) -> None:
    data = many.study(prompts=8)
    means = {row.setup: row.steady.mean for row in standings_of(data).rows if row.steady}
    ahead, behind = means[ALPHA], means[GAMMA]
    assert ahead is not None and behind is not None and ahead > behind
    pairs = page(data, tmp_path, method_page(GAMMA)).split('id="pairs"')[1].split("</section>")[0]
    assert f"<td>\N{MINUS SIGN}{ahead - behind:.1f}<td>" in pairs


def test_every_clip_stands_in_the_table_with_a_link(tmp_path: Path) -> None:
    data = many.study()
    rows = clip_rows(page(data, tmp_path, script_of(BETA)))

    for i, (url, name, ended, cells, cost) in enumerate(rows):
        assert url == f"prompt/p{i}.html#" + made.digest(f"beta p{i} 0")[:12]
        assert (name, ended, cost) == (f"p{i}", f"{17 - i}.0 Drift", "")
        assert cells == [f"{17 - i}.0", f"0.3{i}0", ["≥ 30.0"], ["0.100"], "≥ 30.0", "0.100"]
    assert len(rows) == 6


def test_seeds_are_named_where_they_differ(tmp_path: Path) -> None:
    clips = [many.clip("alpha", "p0", seed) for seed in (3, 4)]
    parts = [(one, many.numbered(one, {})) for one in clips]

    rows = clip_rows(page(many.report(parts), tmp_path, script_of(ALPHA)))

    assert [name for _, name, *_ in rows] == ["p0 seed 3", "p0 seed 4"]


def test_what_is_missing_is_named_with_its_reason(tmp_path: Path) -> None:
    parts = []
    for i in range(4):
        one = many.clip("alpha", f"p{i}")
        parts.append((one, many.numbered(one, {})))
    dark, broken = many.clip("beta", "p0"), many.clip("beta", "p1")
    parts.append((dark, many.numbered(dark, {"drift": "too dark to say"}, {"drift": None})))
    parts.append((broken, many.numbered(broken, {"stagnation": (0.0, "failed")})))

    found = text(page(many.report(parts), tmp_path, method_page(BETA)).split('<section id="holes">')[1])

    assert "No clip, though other methods have one: p2 , p3" in found
    assert "Drift: abstained: too dark to say: p0" in found
    assert "Stagnation: failed: it broke: p1" in found
    assert "Not measured on every axis: p1" in found
    assert "The file is no longer where it was measured, so there is nothing to play: p0 , p1" in found


def test_a_method_with_everything_misses_nothing(tmp_path: Path) -> None:
    data = made.story_report(tmp_path)
    whole = replace(data, clips=data.clips[:1], results=data.results[data.results["clip"] == "holds.mp4"])

    build(whole, tmp_path / "out")

    (path,) = (tmp_path / "out" / "method").glob("*.html")
    found = text(path.read_text())
    assert "boiling" not in found.split("What is missing")[2], "only onsets and late levels are holes"
    assert "Nothing: every clip is there and every number was read." in found


def test_settings_and_cost_come_from_run_and_clips(tmp_path: Path) -> None:
    run = {"methods": {"alpha": {"licence": "MIT", "options": {"b": 2, "a": "x"}, "adapter_version": 4}}}
    data = many.study(run=run)
    data = replace(data, clips=tuple(
        replace(one, made_s=60.0, device="A card", weights_digest="", revision="") for one in data.clips))

    found = text(page(data, tmp_path, method_page(ALPHA)))

    assert "options a=x, b=2 licence MIT adapter version 4 made on A card clips 6, 30.0 s long" in found
    assert "Making a second of video takes 2.00 s on A card, median over 6 clips." in found
    assert "What its clips cost was not recorded." in text(page(many.study(), tmp_path, method_page(ALPHA)))


def test_card_and_picture_belong_to_the_method(tmp_path: Path) -> None:
    found = page(many.study(), tmp_path, method_page(ALPHA))

    assert '<img src="../method/alpha.svg" alt="What each block' in found
    assert (tmp_path / "method" / "alpha.svg").read_text().startswith("<svg")
    assert "A paper." in text(found)
    assert "https://a.b" not in found
    assert 'id="card"' not in (tmp_path / method_page(BETA)).read_text()


def test_rows_of_one_name_in_two_configurations_have_pages_of_their_own(tmp_path: Path) -> None:
    parts = [(one, many.numbered(one, {})) for one in (
        many.clip("alpha", "p0", configuration="x", clip_sha256=made.digest("x")),
        many.clip("alpha", "p0", configuration="X", clip_sha256=made.digest("X")))]

    build(many.report(parts), tmp_path)

    pages = sorted((tmp_path / "method").glob("*.html"))
    assert len(pages) == len({path.name.lower() for path in pages}) == 2


def test_clips_without_a_method_have_no_method_page(tmp_path: Path) -> None:
    one = many.clip("", "p0")

    build(many.report([(one, many.numbered(one, {}))]), tmp_path)

    assert not (tmp_path / "method").exists()
    assert "no method named" in (tmp_path / "metric" / "drift.html").read_text()


def test_hostile_names_are_text_everywhere(tmp_path: Path) -> None:
    evil = "</script><b onclick=x>\"'&\u202e" + "y" * 5000
    one = many.clip(evil, evil, configuration=evil, weights_digest="", revision=evil)
    rows = many.numbered(one, {"drift": evil}, {"drift": None})
    run = {"methods": {evil: {"licence": evil}}, "identities": {evil: evil}}
    data = many.report([(one, rows)], run=run)

    build(data, tmp_path)

    for path in tmp_path.rglob("*.html"):
        found = path.read_text(encoding="utf-8")
        assert "<b onclick" not in found, path.name
        assert "</script><b" not in found, path.name
        assert not re.search(r"<script(?! (defer )?src=)", found), path.name
    assert len(list((tmp_path / "method").glob("*.html"))) == 1


def test_the_same_input_gives_the_same_pages(tmp_path: Path) -> None:
    for name in ("one", "two"):
        build(many.study(), tmp_path / name)

    for folder in ("method", "metric", "."):
        for path in (tmp_path / "one" / folder).glob("*.html"):
            assert path.read_bytes() == (tmp_path / "two" / folder / path.name).read_bytes()


def test_pages_stay_light(tmp_path: Path) -> None:
    """A clip whose film is gone costs its method's page 120 bytes; the other pages do not grow with clips."""
    sizes = {}
    for prompts in (4, 100):
        build(many.study(prompts=prompts), tmp_path / str(prompts))
        sizes[prompts] = [(tmp_path / str(prompts) / name).stat().st_size
                          for name in (method_page(BETA), "metric/drift.html", "picks.html")]

    small, large = sizes[4], sizes[100]
    assert large[0] - small[0] < 96 * 120
    assert large[1] - small[1] < 300
    assert large[2] < 40_000
