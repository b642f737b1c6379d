"""Methods that share a name are told apart everywhere, and only as far as needed."""

from __future__ import annotations

import pytest

from reports.gather import shots
from reports.labels import labels
from tests.reports import made


@pytest.mark.parametrize(("setups", "texts", "more"), [
    ([("a", "x", "none")], ["a"], [("x",)]),
    ([("a", "x", "none"), ("b", "y", "wan")], ["a", "b"], [("x",), ("y", "wan")]),
    ([("a", "x", "none"), ("a", "y@5", "none")], ["a x", "a y@5"], [(), ()]),
    ([("a", "x", "wan"), ("a", "x", "ltx")], ["a ltx", "a wan"], [("x",), ("x",)]),
    ([("a", "", "none"), ("a", "y", "wan")], ["a", "a y wan"], [(), ()]),
    ([("", "", "")], [""], [()]),
])
def test_labels(setups: list[tuple[str, str, str]], texts: list[str], more: list[tuple[str, ...]]) -> None:
    entries = [made.entry(f"c{i}", method=method, configuration=configuration, backbone=backbone)
               for i, (method, configuration, backbone) in enumerate(setups)]
    found = sorted(labels(shots(made.report_input(entries, made.results()))).items())
    assert sorted(label.text for _, label in found) == texts
    assert [label.more for _, label in found] == more
    assert all("none" not in label.full for _, label in found)
