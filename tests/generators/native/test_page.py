"""docs/native.md names what the declarations hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators.native.catalogue import declarations
from generators.native.checkout import MODEL
from generators.native.declaration import Declaration
from generators.native.settings import LAUNCH_PLACEHOLDERS, TIME_LIMIT_S, read_settings
from generators.native.variables import ALLOWED

PAGE = (Path(__file__).parents[3] / "docs/native.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("declaration", declarations(), ids=lambda item: item.row)
def test_every_program_is_described(declaration: Declaration) -> None:
    for words in (
        declaration.repository,
        declaration.revision[:12],
        declaration.configuration,
        declaration.checkpoint[0],
        declaration.lora,
        declaration.base or MODEL,
        f"{declaration.environment.gpu_gb or 0:g} GB".removeprefix("0 GB"),
    ):
        assert words in PAGE
    for key, _ in declaration.yaml.changed if declaration.yaml else ():
        assert f"`{key}`" in PAGE


def test_what_passes_to_a_program_is_listed() -> None:
    assert [name for name in ALLOWED if f"`{name}`" not in PAGE] == []
    assert [name for name in LAUNCH_PLACEHOLDERS if f"`{{{name}}}`" not in PAGE] == []
    assert f"{TIME_LIMIT_S:g} if not given" in PAGE


def test_the_example_is_a_settings_file(tmp_path: Path) -> None:
    example = PAGE.split("```toml\n")[1].split("```")[0]
    (tmp_path / "native.toml").write_text(example, encoding="utf-8")
    assert set(read_settings(tmp_path / "native.toml").methods) == {
        "self-forcing",
        "longlive",
        "causal-forcing",
    }
