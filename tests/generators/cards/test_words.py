"""What pictures show, told in words."""

from __future__ import annotations

from generators.cards.sight import sight
from generators.cards.words import told
from generators.engine.catalogue import recipes


def words(method: str, block: int) -> str:
    found = sight(recipes(method)["engine-native"], block)
    assert found is not None
    return told(found)


def test_an_average_into_which_little_was_blended_is_not_told_as_whole() -> None:
    """One update at 0.999."""
    assert "averages that began as 0–2 and still hold 99.9% of that at positions 0–2" in words(
        "reward-forcing", 3
    )


def test_an_average_into_which_nothing_was_blended_yet_is_told_without_a_share() -> None:
    assert "averages that began as 121–122 at positions 1–2" in words("steady-forcing", 21)
