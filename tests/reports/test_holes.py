"""What a method lacks follows from what the others have."""

from __future__ import annotations

from reports.gather import shots
from reports.holes import Place, holes
from reports.steady_tables import standings_of
from tests.reports import made
from tests.reports.grid import study


def lacking(*clips: tuple[str, str, int | None], same: int = 0) -> dict[str, tuple[Place, ...]]:
    """Holes by method; clips are method, prompt and seed, the last ``same`` have the bytes of the first."""
    entries = [made.entry(str(i), method=method, prompt_id=prompt, seed=seed,
                          clip_sha256=made.digest("0" if i >= len(clips) - same else str(i)))
               for i, (method, prompt, seed) in enumerate(clips)]
    found = holes(shots(made.report_input(entries, made.results())))
    return {setup.method: places for setup, places in found.items()}


def test_a_prompt_and_a_seed_that_another_has() -> None:
    found = lacking(("a", "p", 0), ("a", "p", 1), ("a", "q", 0), ("b", "p", 1))
    assert found == {"a": (), "b": (("p", 0), ("q", 0))}


def test_seeds_may_have_other_numbers() -> None:
    assert lacking(("a", "p", 0), ("a", "p", 1), ("b", "p", 7), ("b", "p", 8)) == {"a": (), "b": ()}
    assert lacking(("a", "p", 0), ("a", "p", 1), ("b", "p", 7)) == {"a": (), "b": (("p", 0),)}


def test_clips_without_a_seed_are_counted() -> None:
    assert lacking(("a", "p", None), ("a", "p", None), ("b", "p", None))["b"] == (("p", None),)


def test_a_seed_that_gave_the_same_bytes_is_there() -> None:
    assert lacking(("a", "p", 0), ("b", "p", 0), ("b", "p", 1), ("a", "p", 1), same=1) == {"a": (), "b": ()}


def test_nothing_is_expected_of_clips_without_method_or_prompt() -> None:
    assert lacking(("a", "p", 0), ("", "q", 0), ("b", "p", 0), ("b", "", 0)) == {"a": (), "b": ()}


def test_a_method_that_lacks_a_clip_has_no_rank() -> None:
    data = study(8, 2, ("one", "two"), skip=[("two", 3, 1)])
    found = {row.label.text: row for row in standings_of(data).rows}
    assert found["two (tiny backbone)"].rank is None
    assert found["two (tiny backbone)"].unranked == "1 clip fewer than others have of the same prompts"
