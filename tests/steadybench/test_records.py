"""Records: the key is content alone, and nothing but the exact text is accepted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.types import Curve, Identity, Value
from steadybench.records import Record, decode, encode, record_key

SHA = "a" * 64
IDENTITY = Identity("drift", 3, {"flow": "dis", "bins": [1, 2.5, None], "mask": "early"})
FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.one_of(
    st.builds(Value, TEXT, FINITE, st.sampled_from(["ok", "censored"])),
    st.builds(Value, TEXT, st.none(), st.sampled_from(["abstained", "failed"]), TEXT.filter(bool)),
)
CURVES = st.lists(st.tuples(FINITE, st.one_of(st.none(), FINITE)), max_size=5).map(
    lambda points: Curve("drift.level", tuple(t for t, _ in points), tuple(value for _, value in points))
)


@settings(derandomize=True, deadline=None)
@given(
    values=st.lists(VALUES, max_size=4), curves=st.lists(CURVES, max_size=2), notes=st.lists(TEXT, max_size=2)
)
def test_a_record_survives_the_disk_exactly(
    values: list[Value], curves: list[Curve], notes: list[str]
) -> None:
    record = Record(
        SHA, "early", IDENTITY, "", {"fps": 16.0}, "b" * 64, tuple(values), tuple(curves), tuple(notes)
    )

    assert decode(encode(record), record.key) == record


def test_the_key_changes_with_everything_that_changes_a_number() -> None:
    keys = {
        record_key(SHA, IDENTITY, "early"),
        record_key("b" * 64, IDENTITY, "early"),
        record_key(SHA, IDENTITY, "c" * 64),
        record_key(SHA, replace(IDENTITY, version=4), "early"),
        record_key(SHA, replace(IDENTITY, measurement="premise"), "early"),
        record_key(SHA, replace(IDENTITY, settings={**IDENTITY.settings, "flow": "raft"}), "early"),
    }

    assert len(keys) == 6


def test_the_key_does_not_depend_on_the_order_of_settings() -> None:
    turned = Identity("drift", 3, dict(reversed(list(IDENTITY.settings.items()))))

    assert record_key(SHA, turned, "early") == record_key(SHA, IDENTITY, "early")


def test_every_change_of_the_text_is_noticed() -> None:
    record = Record(SHA, "early", IDENTITY, values=(Value("drift.onset", 12.5),))
    text = encode(record)
    body = json.loads(text)

    for damaged in (text[:-20], "", "[]", "null", text.replace("12.5", "13.5"), text.replace("dis", "raft"),
                    json.dumps({**body, "schema": 2}), json.dumps({**body, "extra": 1})):  # fmt: skip
        with pytest.raises(ValueError):
            decode(damaged, record.key)
    with pytest.raises(ValueError, match="another key"):
        decode(text, "0" * 64)


def test_a_number_that_is_not_finite_cannot_be_written() -> None:
    record = Record(SHA, "early", IDENTITY, curves=(Curve("drift.level", (0.5,), (float("nan"),)),))

    with pytest.raises(ValueError):
        encode(record)
