"""Declarations: whole, consistent with each other, and cheap to load."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import generators.native as native
from generators.contract import GeneratorError
from generators.native.catalogue import declarations, find
from generators.native.declaration import PLACEHOLDERS, Declaration
from generators.native.settings import PLACEHOLDER

EACH = pytest.mark.parametrize("declaration", declarations(), ids=lambda item: item.row)


def test_all_eight_methods_have_a_program_and_its_plain_one_is_first() -> None:
    assert native.methods() == (
        "steady-forcing",
        "causvid",
        "self-forcing",
        "rolling-forcing",
        "longlive",
        "infinite-forcing",
        "reward-forcing",
        "causal-forcing",
    )
    assert {native.configurations(method)[0] for method in native.methods()} == {"native"}
    assert native.configurations("longlive") == ("native", "native-infinity")
    assert native.configurations("causal-forcing")[1:] == (
        "native-chunkwise",
        "native-framewise",
        "native-framewise-2step",
        "native-framewise-1step",
    )
    assert native.configurations("procedural") == ()


@EACH
def test_a_declaration_is_whole(declaration: Declaration) -> None:
    assert re.fullmatch("[0-9a-f]{40}", declaration.revision)
    assert re.fullmatch("[0-9a-f]{64}", declaration.code_sha256) or declaration.method == "steady-forcing"
    assert re.fullmatch(r"[\w-]+/[\w-]+", declaration.repository)
    assert declaration.config in declaration.code
    assert declaration.checkpoint
    texts = (declaration.licence, declaration.ema, declaration.output, declaration.documented)
    assert all(texts)
    assert declaration.traps
    assert all(trap.what.endswith(".") and trap.done.endswith(".") for trap in declaration.traps)
    limited = any(program.length.most for program in declaration.programs[-1:])
    assert bool(declaration.too_long) >= limited


@EACH
def test_commands_hold_known_placeholders_only(declaration: Declaration) -> None:
    texts = [item for program in declaration.programs for item in program.command]
    texts += [value for _, value in declaration.yaml.changed] if declaration.yaml else []
    names = {name for text in texts for name in PLACEHOLDER.findall(text)}
    assert names <= set(PLACEHOLDERS)
    assert {"prompts", "output", "seed"} <= names
    assert names & {"checkpoint", "checkpoint_folder"}


def test_rows_that_are_not_there_are_refused_with_near_names() -> None:
    with pytest.raises(GeneratorError, match=r"unknown configuration 'native-infinty'; did you mean native"):
        find("longlive", "native-infinty")
    with pytest.raises(GeneratorError, match="procedural has no program of its own here; methods: steady"):
        find("procedural", "native")


def test_loading_all_of_it_brings_neither_pytorch_nor_pyav() -> None:
    code = "import sys, generators.native as n; n.methods();print({'torch', 'av', 'yaml'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
