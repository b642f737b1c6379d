"""Cards say what the code declares, and only what was measured."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from metrics import drift, hardening
from metrics.card import Card, Section, Table, markdown
from metrics.card_data import COST, SELECTIVITY, VALIDATION, evidence
from metrics.cards import page, pages, range_text
from metrics.declaration import Change, constants
from metrics.declarations import declaration, declarations
from metrics.score import Settings, identities, quantities
from metrics.thresholds import thresholds
from metrics.types import Quantity

CARDS = Path(__file__).parents[2] / "docs" / "cards"
COLUMNS = "metric,perturbation,family,role,severity,top,clips,abstained,response,d_z,rho,clean_spreads,auc"


def test_the_cards_in_the_docs_are_those_of_the_code() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in CARDS.glob("*.md")}
    stale = sorted(name for name, text in pages().items() if written.get(name) != text)
    assert stale == [], "run `make cards` and commit docs/cards"
    assert sorted(written) == sorted(pages())


def test_every_number_that_can_appear_is_declared_once() -> None:
    declared = [q for one in declarations() for q in one.quantities]
    assert len({q.id for q in declared}) == len(declared)
    assert {q.id: q for q in quantities()}.items() <= {q.id: q for q in declared}.items()


def test_cards_carry_the_versions_that_identities_carry() -> None:
    versions = {one.name: one.version for one in declarations()}
    for name, identity in identities(Settings(), "early").items():
        assert versions[name] == identity.version


@pytest.mark.parametrize("name", [one.name for one in declarations()])
def test_a_card_names_everything_that_is_declared(name: str) -> None:
    one, text = declaration(name), page(name)
    for quantity in one.quantities:
        assert f"`{quantity.id}`" in text
        assert quantity.meaning.replace("|", r"\|") in text and quantity.unit in text
    assert all(failure in text for failure in one.known_failures)
    assert all(f"{c.version} ({c.date}): {c.what}" in text for c in one.history)
    assert one.question in text and one.definition in text and one.valid_when in text


def test_a_constant_that_changes_in_the_code_changes_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    before = page("hardening")
    monkeypatch.setattr(hardening, "MIN_CHROMA", 123.25)
    assert "| `MIN_CHROMA` | 123.25 |" in page("hardening") and "123.25" not in before


def test_constants_are_the_public_ones_with_a_sentence() -> None:
    found = {c.name: c for c in constants("metrics.hardening")}
    assert found["MIN_CHROMA"].value == f"{hardening.MIN_CHROMA:g}" and found["MIN_CHROMA"].meaning
    assert "VERSION" not in found and not any(name.startswith("_") for name in found)


def test_a_card_shows_the_thresholds_of_its_parts() -> None:
    limits = thresholds()["drift.tone"]
    assert f"| `drift.tone` | {limits.natural:g} | {limits.failed:g} |" in page("drift")
    assert "hardening.blur" not in page("drift") and "`hardening.blur`" in page("hardening")


@pytest.mark.parametrize("lacking", ["question", "definition", "quantities", "valid_when", "known_failures"])
def test_a_declaration_that_lacks_something_is_refused(lacking: str) -> None:
    empty = () if lacking in ("quantities", "known_failures") else ""
    known = {f.name: getattr(drift.DECLARED, f.name) for f in fields(drift.DECLARED)}
    with pytest.raises(ValueError, match=f"drift.*{lacking}"):
        type(drift.DECLARED)(**(known | {lacking: empty}))


def test_a_version_without_history_is_refused() -> None:
    with pytest.raises(ValueError, match=r"drift: VERSION is 99.*Change"):
        replace(drift.DECLARED, version=99)
    with pytest.raises(ValueError, match="VERSION is"):
        replace(drift.DECLARED, history=(*drift.DECLARED.history, Change(99, "2026-01-01", "Leap.")))


def test_a_number_without_a_range_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match=r"no range.*drift\.weight"):
        replace(drift.DECLARED, quantities=(Quantity("drift.weight", "stone", "none", "How heavy."),))


def test_what_was_not_measured_is_not_told(tmp_path: Path) -> None:
    text = page("drift", evidence(tmp_path))
    assert "Not validated yet" in text and "Not measured yet" in text and "not measured yet" in text
    assert "Not validated yet" in page("drift.late", evidence(tmp_path))


def measured(folder: Path) -> Path:
    """Data as the commands write it: a target, two nuisances, and a cost."""
    rows = [
        "drift.late,creep,drift,target,0.5,False,6,0,0.2,4,0.95,10,0.97",
        "drift.late,creep,drift,target,1,True,6,0,0.4,8,0.95,20,0.99",
        "drift.late,gamma_up,nuisance,nuisance,1.3,True,6,0,0.01,0.5,0.2,0.5,",
        "drift.late,resize,nuisance,nuisance,0.6,True,6,1,-0.03,-inf,0.2,-1.5,",
    ]
    (folder / VALIDATION).write_text("\n".join([COLUMNS, *rows, ""]))
    (folder / SELECTIVITY).write_text(
        "metric,headline,selectivity,auc,weakest_target,strongest_nuisance\n"
        "drift.late,True,16.5,0.991,creep,gamma_up\n"
    )
    cost = {
        "command": "made up", "clip": "a clip", "machine": "a machine", "shared": "decoding",
        "shared_cpu_s_per_video_s": 0.25,
        "measurements": {"drift": {"own_cpu_s_per_video_s": 0.125, "note": ""}},
    }  # fmt: skip
    (folder / COST).write_text(json.dumps(cost))
    return folder


def test_a_card_shows_response_nuisance_floor_and_cost(tmp_path: Path) -> None:
    found = evidence(measured(tmp_path))
    for text in (page("drift", found), page("drift.late", found)):
        assert "| creep | target | 0.5, 1 | 0.2, 0.4 | 20 | 8 | 0.95 | 0.99 |" in text
        assert "nuisance floor 0.03 in its unit" in text and "`resize` at 0.6" in text
        assert "0.125 CPU seconds per video second" in text and "a machine" in text
    assert "| `drift.late` | 16.5 | 0.991 | creep | gamma_up |" in page("drift", found)
    other = page("stagnation", found)
    assert "Not validated yet" in other and "Not measured yet" in other


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(LookupError, match=r"drift\.layt.*drift\.late"):
        page("drift.layt")
    with pytest.raises(LookupError, match="premise, drift"):
        page("§§§")


def test_ranges_are_told_in_words() -> None:
    told = [range_text(r) for r in ((0, 1), (0, None), (None, 2.5), (None, None))]
    assert told == ["0 to 1", "0 or more", "up to 2.5", "any"]


def test_a_card_is_plain_data_that_a_report_can_lay_out() -> None:
    table = Table(("a", "b"), (("1|2", "3\n4"),))
    made = Card("x", "Lead.", (Section("S", ("Text.",), ("point",), (table,)),))
    assert markdown(made) == (
        "# x\n\nLead.\n\n## S\n\nText.\n\n* point\n\n| a | b |\n| --- | --- |\n| 1\\|2 | 3 4 |\n"
    )
    assert json.loads(json.dumps(asdict(made)))["sections"][0]["points"] == ["point"]
