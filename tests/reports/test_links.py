"""Every link of a whole report leads somewhere, and every number to its card and its clip."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from reports.build import build
from reports.gather import setup_of
from reports.site.site import site_of
from reports.urls import method_page
from tests.reports import made, many
from tests.reports.links import broken_links


def test_a_report_of_methods_has_no_dead_link(tmp_path: Path) -> None:
    story = made.story_report(tmp_path)
    data = replace(story, metric_cards=many.CARDS, quantities=many.QUANTITIES)

    build(data, tmp_path / "out")

    assert broken_links(tmp_path / "out") == []


def test_a_report_without_methods_has_no_dead_link(tmp_path: Path) -> None:
    story = made.story_report(tmp_path, methods=False)

    build(replace(story, metric_cards=many.CARDS), tmp_path / "out")

    assert broken_links(tmp_path / "out") == []


def test_a_study_has_no_dead_link(tmp_path: Path) -> None:
    data = many.study(prompts=7)

    build(data, tmp_path)

    assert broken_links(tmp_path) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="x"><p id="x"><a href="b.html">b</a><a href="#y">y</a><a href="#x">x</a>'
        '<a href="a.html#z=1">z</a>')

    assert broken_links(tmp_path) == ["a.html: #x stands 2 times", "a.html: b.html", "a.html: #y"]


def test_every_page_leads_to_the_provenance(tmp_path: Path) -> None:
    build(many.study(), tmp_path)

    assert 'id="provenance"' in (tmp_path / "index.html").read_text()
    for path in tmp_path.rglob("*.html"):
        footer = path.read_text().split("<footer>")[1]
        assert path.name == "index.html" or 'index.html#provenance"' in footer, path.name


def test_every_metric_and_every_clip_of_the_results_has_its_place(tmp_path: Path) -> None:
    data = many.study()
    site = site_of(data, tmp_path)
    build(data, tmp_path)

    urls = [site.metric_url(metric) for metric in {*data.results["metric"], *(q.id for q in data.quantities)}]
    urls += [site.clip_url(clip.shot.key) for clip in site.clips]
    urls += [f"{method_page(setup_of(clip.shot.entry))}#clips" for clip in site.clips]
    for url in urls:
        file, _, place = url.partition("#")
        assert re.search(rf'id="{re.escape(place)}"', (tmp_path / file).read_text()), url
