"""Reading suites, telling all faults at once, and choosing from a suite."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from prompts import Prompt, SuiteError, load_suite, select
from prompts.schema import parse_suite, prompts_digest
from prompts.strict_yaml import read_yaml
from prompts.types import DIRECTIONS, REGIMES

SHIPPED = load_suite("fixed_camera")


def entry(**changes: Any) -> dict[str, Any]:
    """A sound prompt as plain data, with changes."""
    sound = {
        "id": "old-canal",
        "text": "A canal.",
        "medium": "canal",
        "regime": "channel_flow",
        "direction": "left",
        "support": "quay",
        "light": "noon",
        "must_not_move": ["quay", "wall"],
    }
    return sound | changes


def suite(*prompts: Any, **changes: Any) -> dict[str, Any]:
    return {"name": "mine", "version": 1, "prompts": list(prompts)} | changes


def faults_of(data: object) -> tuple[str, ...]:
    with pytest.raises(SuiteError) as caught:
        parse_suite(data, "here")
    return caught.value.faults


def test_reads_every_field_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(suite(entry(), version=7)), encoding="utf-8")
    loaded = load_suite(path)
    assert (loaded.name, loaded.version) == ("mine", 7)
    assert loaded.prompts == (
        Prompt("old-canal", "A canal.", "canal", "channel_flow", "left", "quay", "noon", ("quay", "wall")),
    )
    assert load_suite(str(path)) == loaded


def test_a_path_object_is_never_a_built_in_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SuiteError, match="no such file"):
        load_suite(Path("fixed_camera"))


ONE_FAULT: list[tuple[object, str]] = [
    (None, "expected a mapping with name, version, prompts, found nothing"),
    ([], "expected a mapping with name, version, prompts, found a list"),
    (suite(entry(), name="  "), "name: expected a text, found it empty"),
    (suite(entry(), name=3), "name: expected a text, found a int 3; put it in quotes if a text is meant"),
    (suite(entry(), version=0), "version: expected a whole number from 1 up, found 0"),
    (suite(entry(), version=True), "version: expected a whole number from 1 up, found True"),
    (suite(entry(), extra=1), "'extra': unknown key, known are name, version, prompts"),
    (suite(), "prompts: expected a list with at least one prompt, found a list"),
    (suite(prompts={"a": 1}), "prompts: expected a list with at least one prompt, found a dict"),
    ({"name": "a", "version": 1}, "prompts: missing"),
    (suite("hello"), "prompts[0]: expected a mapping with id"),
    (suite(entry(Light="x")), "prompts[0] (id 'old-canal'): 'Light': unknown key"),
    (suite(entry(light=True)), "prompts[0] (id 'old-canal'): light: expected a text, found a bool True"),
    (suite(entry(regime="chanel")), "prompts[0] (id 'old-canal'): regime: expected one of channel_flow"),
    (suite(entry(direction="sideways")), "direction: expected one of left, right"),
    (suite(entry(id="Old canal")), "id: expected lower-case letters, digits and hyphens, found 'Old canal'"),
    (suite(entry(id="canal/2")), "id: expected lower-case letters, digits and hyphens, found 'canal/2'"),
    (suite(entry(must_not_move="quay")), "must_not_move: expected a list of texts, found a str"),
    (suite(entry(must_not_move=["quay", 4])), "must_not_move[1]: expected a text, found a int 4"),
    (suite(entry(text="half \ud83d of it")), "text: holds half of a surrogate pair"),
    (suite(entry(), entry()), "prompts[1] (id 'old-canal'): id: already used by prompts[0]"),
]


@pytest.mark.parametrize(("data", "told"), ONE_FAULT)
def test_one_fault_is_told_with_its_place(data: object, told: str) -> None:
    faults = faults_of(data)
    assert len(faults) == 1
    assert told in faults[0]


@pytest.mark.parametrize("field", list(entry()))
def test_a_missing_field_is_a_fault(field: str) -> None:
    data = entry()
    del data[field]
    (fault,) = faults_of(suite(data))
    assert fault.endswith(f"{field}: missing")


def test_all_faults_are_told_together() -> None:
    broken = suite(
        entry(regime="lava", direction="in"),
        entry(id="b", text="", colour="red"),
        entry(id="b", must_not_move=[None]),
        version="1",
    )
    faults = faults_of(broken)
    told = [("version",), ("[0]", "regime"), ("[0]", "direction"), ("[1]", " text: "), ("[1]", "'colour'")]
    told += [("[2]", "must_not_move[0]"), ("[2]", "already")]
    for parts in told:
        assert sum(all(part in fault for part in parts) for fault in faults) == 1, parts
    assert len(faults) == len(told)


def test_the_message_names_file_and_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(yaml.safe_dump(suite(entry(regime="x"), version=0)), encoding="utf-8")
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert all(part in str(caught.value) for part in (str(path), "2 fault(s)", *caught.value.faults))


BAD_FILES: list[tuple[bytes, str]] = [
    (b"name: [", "not readable as YAML"),
    (b"name: a\nname: b\n", "'name' occurs twice"),
    (b"when: 2020-99-99\n", "month"),
    (b"\xff\xfe\xfa", "decode"),
    (b"[" * 5000, "nested too deeply"),
    (b"!!python/object/apply:os.getcwd []", "not readable as YAML"),
    (b"", "found nothing"),
]


@pytest.mark.parametrize(("content", "told"), BAD_FILES)
def test_an_unreadable_file_is_one_clear_fault(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(SuiteError, match=told) as caught:
        load_suite(path)
    assert str(path) in str(caught.value)


def test_a_folder_is_one_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="cannot be read"):
        load_suite(tmp_path)


def test_an_unknown_name_lists_the_built_in_ones() -> None:
    with pytest.raises(SuiteError, match="built in: fixed_camera"):
        load_suite("fixed_camara")


# ---- round trip and digest

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip())
PROMPTS = st.builds(
    Prompt,
    id=st.from_regex(r"[a-z0-9-]+", fullmatch=True),
    text=TEXTS,
    medium=TEXTS,
    regime=st.sampled_from(REGIMES),
    direction=st.sampled_from(DIRECTIONS),
    support=TEXTS,
    light=TEXTS,
    must_not_move=st.lists(TEXTS, max_size=3).map(tuple),
)


def as_data(prompt: Prompt) -> dict[str, Any]:
    names = ("id", "text", "medium", "regime", "direction", "support", "light")
    return {name: getattr(prompt, name) for name in names} | {"must_not_move": list(prompt.must_not_move)}


@given(st.lists(PROMPTS, min_size=1, max_size=4, unique_by=lambda prompt: prompt.id))
def test_any_unicode_survives_yaml(prompts: list[Prompt]) -> None:
    dumped = yaml.safe_dump(suite(*map(as_data, prompts)))
    loaded = parse_suite(read_yaml(dumped), "here")
    assert loaded.prompts == tuple(prompts)
    assert loaded.digest == prompts_digest(prompts)


@given(PROMPTS, st.randoms(use_true_random=False))
def test_the_order_of_keys_leaves_the_digest(prompt: Prompt, random: Any) -> None:
    data = as_data(prompt)
    names = list(data)
    random.shuffle(names)
    shuffled = {name: data[name] for name in names}
    assert parse_suite(suite(shuffled), "a").digest == parse_suite(suite(data), "b").digest


@given(PROMPTS, st.sampled_from(["text", "medium", "support", "light"]), TEXTS)
def test_any_changed_field_changes_the_digest(prompt: Prompt, field: str, value: str) -> None:
    data = as_data(prompt)
    changed = parse_suite(suite(data | {field: value}), "a").digest != parse_suite(suite(data), "b").digest
    assert changed == (data[field] != value)


def test_digest_known_answer() -> None:
    prompt = Prompt("a", "é", "m", "channel_flow", "left", "s", "l", ("x", "y"))
    canonical = (
        r'[{"direction":"left","id":"a","light":"l","medium":"m","must_not_move":["x","y"],'
        r'"regime":"channel_flow","support":"s","text":"\u00e9"}]'
    )
    assert prompts_digest([prompt]) == hashlib.sha256(canonical.encode()).hexdigest()


def test_digest_depends_on_order_and_not_on_the_name_of_the_suite() -> None:
    one, other = entry(id="a"), entry(id="b")
    assert parse_suite(suite(one, other), "x").digest != parse_suite(suite(other, one), "x").digest
    assert parse_suite(suite(one, name="c", version=2), "x").digest == parse_suite(suite(one), "x").digest


# ---- selection


def test_ids_keep_the_order_of_the_suite() -> None:
    wanted = [prompt.id for prompt in SHIPPED.prompts[5:50:9]]
    part = select(SHIPPED, ids=list(reversed(wanted)))
    assert [prompt.id for prompt in part.prompts] == wanted
    assert part.digest == prompts_digest(part.prompts)
    assert (part.name, part.version) == (SHIPPED.name, SHIPPED.version)


def test_no_wish_gives_the_whole_suite() -> None:
    assert select(SHIPPED) == SHIPPED
    assert select(SHIPPED, limit=1000) == SHIPPED


CHOSEN_REGIMES = st.none() | st.sets(st.sampled_from(REGIMES), min_size=1)


@given(limit=st.integers(1, len(SHIPPED.prompts)), regimes=CHOSEN_REGIMES)
def test_a_limit_is_balanced_and_deterministic(limit: int, regimes: set[str] | None) -> None:
    part = select(SHIPPED, regimes=regimes, limit=limit)
    asked = REGIMES if regimes is None else regimes
    counts = Counter(prompt.regime for prompt in part.prompts)
    assert counts.keys() <= set(asked)
    assert sum(counts.values()) == min(limit, 12 * len(asked))
    assert max(counts[regime] for regime in asked) - min(counts[regime] for regime in asked) <= 1
    assert list(part.prompts) == [prompt for prompt in SHIPPED.prompts if prompt in part.prompts]
    assert select(SHIPPED, regimes=regimes, limit=limit) == part


@given(st.integers(1, 107))
def test_a_larger_limit_only_adds(limit: int) -> None:
    smaller, larger = (set(select(SHIPPED, limit=size).prompts) for size in (limit, limit + 1))
    assert smaller < larger


def test_wrong_wishes_are_told_together() -> None:
    with pytest.raises(SuiteError) as caught:
        select(SHIPPED, ids=["ghost"], regimes=["lava"], limit=0)
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["id", "regime", "limit"]


def test_an_empty_choice_is_refused() -> None:
    with pytest.raises(SuiteError, match="no prompt has the ids and the regimes"):
        select(SHIPPED, ids=[SHIPPED.prompts[0].id], regimes=["geothermal"])
