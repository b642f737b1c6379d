"""Methods by name: parsing, suggestions, plug-ins that are broken, collide, or work."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators import available, load, parse_spec
from generators.contract import Generator, GeneratorError
from generators.procedural.dials import KINDS
from generators.registry import BUILT_IN, PluginWarning, find

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,12}[a-z0-9])?", fullmatch=True)
CONFIGURATIONS = st.from_regex(r"[A-Za-z0-9@.+_=-]{1,16}", fullmatch=True)


@settings(deadline=None, derandomize=True)
@given(NAMES, st.none() | CONFIGURATIONS)
def test_a_well_formed_spec_comes_back_in_its_parts(name: str, configuration: str | None) -> None:
    assert parse_spec(name if configuration is None else f"{name}:{configuration}") == (name, configuration)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(max_size=20))
def test_any_text_is_parsed_or_refused_with_the_text_in_the_message(text: str) -> None:
    well_formed = re.fullmatch(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?::[A-Za-z0-9@.+_=-]+)?", text)
    if well_formed:
        assert ":".join(part for part in parse_spec(text) if part is not None) == text
    else:
        with pytest.raises(GeneratorError, match=re.escape(repr(text))):
            parse_spec(text)


@pytest.mark.parametrize("text", ["", ":", "a:", ":a", "A", "a b", "a:b c", "-a", "a-", "a:b:c d", "a\n"])
def test_malformed_specs_are_refused(text: str) -> None:
    with pytest.raises(GeneratorError, match="NAME or NAME:CONFIGURATION"):
        parse_spec(text)


def test_unknown_names_get_suggestions() -> None:
    with pytest.raises(GeneratorError, match="did you mean procedural"):
        load("procedual")
    with pytest.raises(GeneratorError, match=r"known methods: .*procedural, program, recorded"):
        load("zzz")


def test_listing_imports_no_adapter_module() -> None:
    program = (
        "import sys, generators; names = [m.name for m in generators.available()]; "
        "assert 'procedural' in names, names; "
        "heavy = ('generators.methods', 'generators.procedural', 'av', 'cv2', 'torch'); "
        "bad = [m for m in sys.modules if m.startswith(heavy)]; "
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("method", BUILT_IN, ids=lambda m: m.name)
def test_built_in_targets_exist(method: object) -> None:
    from generators.registry import _factory

    assert callable(_factory(method))  # type: ignore[arg-type]


def test_the_listed_procedural_configurations_are_the_dials() -> None:
    listed = next(m.configurations for m in BUILT_IN if m.name == "procedural")

    assert listed == ("clean", *sorted(KINDS))


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Install a package with entry points by writing what an installer writes."""

    def install(entries: str, code: str = "") -> None:
        info = tmp_path / "demo_plugin-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: demo-plugin\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[steadybench.generators]\n{entries}\n")
        (tmp_path / "demo_plugin.py").write_text(code)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "demo_plugin", raising=False)

    return install


GOOD = """
from generators import FrameStream, GeneratorInfo

class Demo:
    def __init__(self, configuration): self.info = GeneratorInfo("demo", configuration, "none", 1)
    def generate(self, job, workspace): raise NotImplementedError

def make(configuration, options): return Demo(configuration)
def wrong(configuration, options): return 42
"""


def test_a_plug_in_is_listed_and_loaded(plug_in) -> None:
    plug_in("demo = demo_plugin:make", GOOD)

    assert "demo" in [m.name for m in available()]
    assert "demo_plugin" not in sys.modules
    generator = load("demo:fast")
    assert isinstance(generator, Generator)
    assert generator.info.configuration == "fast"


def test_a_plug_in_that_takes_a_built_in_name_is_refused_and_named(plug_in) -> None:
    plug_in("procedural = demo_plugin:make", GOOD)

    with pytest.warns(PluginWarning, match="'procedural'.*demo-plugin.*same name"):
        methods = available()
    assert [m.source for m in methods if m.name == "procedural"] == ["built-in"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("Bad_Name = demo_plugin:make", "name"),
        ("bad = demo_plugin", "module:factory"),
        ("bad = no_such_package_x.sub:make", "no module 'no_such_package_x'"),
    ],
)
def test_a_malformed_plug_in_is_a_warning_and_leaves_the_rest_alone(plug_in, entry: str, words: str) -> None:
    plug_in(f"{entry}\ndemo = demo_plugin:make", GOOD)

    with pytest.warns(PluginWarning, match=words):
        names = [m.name for m in available()]
    assert "demo" in names
    assert "procedural" in names


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("demo = demo_plugin:make", "import no_such_module_x", "no_such_module_x"),
        ("demo = demo_plugin:absent", GOOD, "absent"),
        ("demo = demo_plugin:wrong", GOOD, "int"),
        ("demo = demo_plugin:make", "raise RuntimeError('no GPU')", "RuntimeError: no GPU"),
        ("demo = demo_plugin:make", "import sys; sys.exit(3)", "SystemExit: 3"),
        ("demo = demo_plugin:make", "def make(c, o): raise OSError('no weights')", "OSError: no weights"),
        ("demo = demo_plugin:make", GOOD.replace("GeneratorInfo(", "str("), "TypeError"),
        ("demo = demo_plugin:make", GOOD.replace("self.info = ", "self.info = 1; "), "a GeneratorInfo"),
    ],
)
def test_a_broken_plug_in_fails_when_loaded_with_its_name(plug_in, entry: str, code: str, words: str) -> None:
    plug_in(entry, code)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "demo" in [m.name for m in available()]

    with pytest.raises(GeneratorError, match=f"(?s)demo.*{words}"):
        load("demo")


def test_a_refused_plug_in_is_told_by_its_reason_and_loading_others_warns_of_nothing(plug_in) -> None:
    plug_in("bad = no_such_package_x:make\ndemo = demo_plugin:make", GOOD)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load("demo")
        with pytest.raises(GeneratorError, match=r"'bad'.*is refused: there is no module"):
            find("bad")
