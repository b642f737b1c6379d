"""Values carry a finite number or a reason, and an identity changes with anything that changes a number."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.types import Identity, Json, Quantity, Status, Value, canonical_json

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("status", ["ok", "censored"])
def test_a_number_that_is_none_is_refused(number: float, status: Status) -> None:
    with pytest.raises(ValueError, match=r"a\.b.*finite"):
        Value("a.b", number, status, "why")


@pytest.mark.parametrize("status", ["abstained", "failed"])
def test_a_missing_number_needs_a_reason(status: Status) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        Value("a.b", None, status)
    assert Value("a.b", None, status, "no support").reason == "no support"


@pytest.mark.parametrize("status", ["ok", "censored"])
def test_a_missing_number_is_never_called_measured(status: Status) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        Value("a.b", None, status, "why")


@pytest.mark.parametrize("status", ["abstained", "failed"])
@given(number=FINITE)
@settings(deadline=None, derandomize=True)
def test_no_number_hides_behind_an_abstention(status: Status, number: float) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        Value("a.b", number, status, "why")


IDENTITY = Identity(
    "drift", 1, {"flow": {"backend": "dis", "preset": "fast"}, "mask": "early", "rate_hz": 8.0}
)
OTHERS: list[Identity] = [
    replace(IDENTITY, measurement="premise"),
    replace(IDENTITY, version=2),
    replace(IDENTITY, settings={**IDENTITY.settings, "mask": "truth"}),
    replace(IDENTITY, settings={**IDENTITY.settings, "rate_hz": 8.5}),
    replace(IDENTITY, settings={**IDENTITY.settings, "flow": {"backend": "dis", "preset": "medium"}}),
    replace(IDENTITY, settings={**IDENTITY.settings, "more": None}),
    replace(IDENTITY, settings={}),
]


def test_every_change_gives_another_digest() -> None:
    digests = {i.digest for i in [IDENTITY, *OTHERS]}
    assert len(digests) == len(OTHERS) + 1
    assert all(len(d) == 16 and int(d, 16) >= 0 for d in digests)


def test_the_order_of_settings_does_not_matter() -> None:
    turned = dict(reversed(list(IDENTITY.settings.items())))
    assert list(turned) != list(IDENTITY.settings)
    assert replace(IDENTITY, settings=turned).digest == IDENTITY.digest


def test_canonical_json_is_one_exact_line() -> None:
    value: dict[str, Json] = {"b": [1, 2.5, None, True], "a": "é\n"}
    assert canonical_json(value) == '{"a":"é\\n","b":[1,2.5,null,true]}'


def test_canonical_json_refuses_numbers_that_are_none() -> None:
    with pytest.raises(ValueError):
        canonical_json({"a": math.nan})


def test_a_quantitys_range_follows_from_its_unit_unless_it_is_told() -> None:
    assert Quantity("a.b", "share", "none", "Why.").range == (0, 1)
    assert Quantity("a.b", "share", "none", "Why.", range=(None, 1)).range == (None, 1)
    assert Quantity("a.b", "furlongs", "none", "Why.").range is None


def test_a_quantity_survives_json() -> None:
    quantity = Quantity("a.b", "dB", "lower", "Why.", range=(-3, 3), weights=("alexnet",))
    assert Quantity(**json.loads(json.dumps(asdict(quantity)))) == quantity
