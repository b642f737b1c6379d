"""What a card says that a method looks at, against traces that were derived by hand."""

from __future__ import annotations

import pytest

from generators.cards.facts import facts
from generators.cards.settings import longest, row, values
from generators.cards.sight import Sight, last_block, sight
from generators.cards.words import spelled, told
from generators.contract import GeneratorError
from generators.engine.catalogue import METHODS, recipes


def seen(spec: str, block: int) -> Sight:
    method, _, configuration = spec.partition(":")
    found = sight(recipes(method)[configuration], block)
    assert found is not None
    return found


def numbers(found: Sight, kind: str) -> list[int]:
    return [cell.frame for cell in found.cells if cell.kind == kind]


def test_steady_forcing_after_a_purification_looks_from_too_far_ahead() -> None:
    found = seen("steady-forcing:engine-native", 21)
    assert found.emptied
    assert (numbers(found, "anchor"), numbers(found, "memory")) == ([0], [121, 122])
    assert (numbers(found, "recent"), numbers(found, "work")) == ([123, 124, 125], [*range(126, 132)])
    assert [cell.index for cell in found.work] == [*range(6, 12)]
    assert [cell.query for cell in found.work] == [*range(12, 18)]
    assert not seen("steady-forcing:engine-native", 20).emptied


def test_an_average_is_told_with_what_it_still_holds() -> None:
    """18 updates at 0.99 before the first purification."""
    found = seen("steady-forcing:engine-native", 20)
    shares = [cell.share for cell in found.seen if cell.kind == "memory"]
    assert shares == pytest.approx([0.99**18] * 2)
    assert found.blended[:4] == (3, 4, 9, 10)
    assert "still hold 83% of that" in told(found)


def test_causvids_frames_are_counted_through_its_restarts() -> None:
    """A segment of 21 frames hands its last 3 on, so segments begin at frames 0, 18, 36, ..."""
    block = seen("causvid:engine-native", 10)
    assert (block.restart, numbers(block, "recent"), numbers(block, "work")) == (
        18,
        [*range(18, 30)],
        [30, 31, 32],
    )
    assert [cell.index for cell in block.cells] == [*range(15)]
    assert [seen("causvid:engine-native", n).restart for n in (0, 6, 7, 12, 13)] == [0, 0, 18, 18, 36]


def test_rolling_forcing_shows_its_levels_and_its_moved_anchor() -> None:
    found = seen("rolling-forcing:engine-native", 10)
    assert [(cell.frame, cell.index) for cell in found.seen[:3]] == [(0, 24), (1, 25), (2, 26)]
    levels = [cell.timestep for cell in found.work]
    assert len(levels) == 15
    assert levels[0] == pytest.approx(555.556, abs=1e-3)
    assert levels == sorted(levels, key=float)


def test_a_rollout_that_ends_has_no_later_block() -> None:
    recipe = recipes("self-forcing")["engine-native"]
    assert last_block(recipe) == 6
    assert sight(recipe, 6) is not None
    assert sight(recipe, 7) is None


@pytest.mark.parametrize("method", METHODS)
def test_settings_can_be_told_of_every_configuration(method: str) -> None:
    known = recipes(method)
    assert values(known)["block"] == next(iter(known.values())).policy.block
    for name, recipe in known.items():
        cells = row(name, recipe)
        assert cells[0] == f"`{name}`"
        assert all(cells), cells


def test_lengths_are_rounded_down() -> None:
    assert longest(recipes("self-forcing")["engine-native"]) == "5 s"
    assert longest(recipes("longlive")["engine-native"]) == "255.5 s"
    assert longest(recipes("causvid")["engine-native"]) == "no limit"


def test_numbers_are_spelled_in_runs() -> None:
    assert spelled([0, 3, 4, 5, 9]) == "0, 3–5 and 9"
    assert (spelled([7]), spelled([])) == ("7", "")


def test_a_method_without_card_is_refused_with_those_there_are() -> None:
    with pytest.raises(GeneratorError, match="steady-forcing"):
        facts("procedural")
