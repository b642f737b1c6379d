"""A configuration leads to the authors' program or to the engine, and a slip of the pen to a hint."""

from __future__ import annotations

import pytest

from generators import native
from generators.contract import GeneratorError
from generators.engine.catalogue import METHODS
from generators.registry import load


@pytest.mark.parametrize("method", METHODS)
def test_native_is_the_authors_program(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def create(*given: object) -> None:
        asked.append(given)
        raise GeneratorError("stop here")

    monkeypatch.setattr(native, "create", create)
    for configuration in native.configurations(method):
        with pytest.raises(GeneratorError, match="stop here"):
            load(f"{method}:{configuration}", {"native": "mine.toml"})
    assert asked == [(method, name, {"native": "mine.toml"}) for name in native.configurations(method)]


def test_a_bare_name_runs_on_the_engine() -> None:
    pytest.importorskip("torch")
    info = load("longlive", {}).info
    assert (info.configuration, info.backbone) == ("engine-native", "tiny")


def test_a_near_miss_is_told_with_both_kinds() -> None:
    words = r"'nativ'; did you mean native\b.*valid: engine-native, .*native-infinity"
    with pytest.raises(GeneratorError, match=words):
        load("longlive:nativ", {})
