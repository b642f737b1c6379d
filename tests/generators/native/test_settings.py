"""The user's TOML file: read whole, all faults together."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators.contract import GeneratorError
from generators.native.settings import TIME_LIMIT_S, default_file, read_settings


def settings(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "native.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_whole_file(tmp_path: Path) -> None:
    text = """
[longlive]
checkout = "/lab/LongLive"
launch = ["conda", "run", "--no-capture-output", "-n", "longlive", "python"]
checkpoint = "/weights/longlive_base.pt"
lora = "~/lora.pt"
gpu = 1
time_limit_s = 100
[longlive.env]
HF_HOME = "/cache"

[causal-forcing]
checkout = "~/Causal-Forcing"
launch = ["~/venvs/causal/bin/python"]
checkpoint = { native = "/weights/longvideo.pt", native-framewise = "/weights/framewise.pt" }
gpu = "GPU-5a"
"""
    found = read_settings(settings(tmp_path, text))
    longlive, causal = found.of("longlive"), found.of("causal-forcing")

    assert longlive.checkout == Path("/lab/LongLive")
    assert longlive.launch[:2] == ("conda", "run")
    assert set(longlive.checkpoints) == {"native", "native-infinity"}
    assert longlive.lora == Path.home() / "lora.pt"
    assert (longlive.gpu, longlive.time_limit_s, longlive.env) == ("1", 100.0, {"HF_HOME": "/cache"})
    assert causal.launch == (str(Path.home() / "venvs/causal/bin/python"),)
    assert causal.checkpoints == {
        "native": Path("/weights/longvideo.pt"),
        "native-framewise": Path("/weights/framewise.pt"),
    }
    assert (causal.gpu, causal.time_limit_s, causal.lora) == ("GPU-5a", TIME_LIMIT_S, None)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = """
selfforcing = 3
[self-forcin]
checkout = "/x"
[self-forcing]
chekout = "/x"
launch = "python"
gpu = "0,1"
lora = "/x"
time_limit_s = 0
[self-forcing.env]
A = 1
[causal-forcing]
checkout = "relative"
launch = ["bin/python", "{chekout}"]
checkpoint = "/weights/x.pt"
[longlive]
checkout = "/x"
launch = []
checkpoint = { infinity = "/x", native = "y" }
gpu = true
"""
    with pytest.raises(GeneratorError) as caught:
        read_settings(settings(tmp_path, text))
    told = str(caught.value)
    for words in (
        "unknown table [selfforcing] (did you mean self-forcing?)",
        "unknown table [self-forcin] (did you mean self-forcing?)",
        "[self-forcing] unknown key chekout (did you mean checkout?); valid: checkout, launch",
        "[self-forcing] lacks checkout",
        "[self-forcing] launch must be a list of non-empty texts, such as",
        "[self-forcing] gpu must be the number or the UUID of one GPU, got '0,1'",
        "[self-forcing] lora is given, but this method has none",
        "[self-forcing] time_limit_s must be a number of seconds above 0, got 0",
        "[self-forcing] env must be a table of texts",
        "[causal-forcing] checkout must be an absolute path or one that starts with ~, got 'relative'",
        "[causal-forcing] launch must start with an absolute path or a name on PATH, got 'bin/python'",
        "[causal-forcing] launch holds an unknown {chekout} (did you mean checkout?)",
        '[causal-forcing] checkpoint must say which configuration it is for, checkpoint = { native = "..." }',
        "[longlive] checkpoint names an unknown configuration infinity",
        "[longlive] checkpoint must be an absolute path or one that starts with ~, got 'y'",
        "[longlive] launch must be a list",
        "[longlive] gpu must be the number",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[self-forcing", "cannot be read as TOML"),
        ('causvid = "x"', r"causvid must be a table, \[causvid\]"),
        ("", r"has no table \[causvid\]; write one with checkout and launch"),
    ],
)
def test_odd_files(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(GeneratorError, match=words):
        read_settings(settings(tmp_path, text)).of("causvid")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "native.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(GeneratorError, match="cannot be read as TOML"):
        read_settings(tmp_path / "native.toml")


def test_where_the_file_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEADYBENCH_NATIVE", raising=False)
    assert default_file() == Path.home() / ".config/steadybench/native.toml"
    monkeypatch.setenv("STEADYBENCH_NATIVE", str(tmp_path / "mine.toml"))
    assert default_file() == tmp_path / "mine.toml"
    with pytest.raises(GeneratorError, match=r"there is no .*mine\.toml.*option native=FILE"):
        read_settings()
