"""The table of published checkpoints against the methods that are registered."""

from __future__ import annotations

import pytest

from generators.contract import GeneratorError
from generators.engine.catalogue import METHODS
from generators.registry import BUILT_IN
from generators.wan import table
from generators.wan.digests import is_sha256
from generators.wan.table import Published, base, checkpoint, for_row, known_digest, published

ROWS = [
    (method.name, configuration)
    for method in BUILT_IN
    if method.name in METHODS
    for configuration in method.configurations
]


@pytest.mark.parametrize(("method", "configuration"), ROWS)
def test_every_configuration_of_the_eight_methods_runs_on_a_checkpoint(
    method: str, configuration: str
) -> None:
    row = for_row(method, configuration)
    assert row.name.startswith(method)
    assert published()[row.name] is row


def test_all_eight_methods_are_there() -> None:
    assert len({method for method, _ in ROWS}) == 8


def test_every_checkpoint_is_some_rows() -> None:
    assert {for_row(*row).name for row in ROWS} == set(published())


@pytest.mark.parametrize(
    ("method", "configuration", "name"),
    [
        ("causal-forcing", "engine-native", "causal-forcing-longvideo"),
        ("causal-forcing", "common", "causal-forcing-chunkwise"),
        ("causal-forcing", "native", "causal-forcing-longvideo"),
        ("causal-forcing", "native-framewise-1step", "causal-forcing-framewise-1step"),
        ("longlive", "infinity", "longlive"),
        ("longlive", "common", "longlive-base"),
        ("longlive", "native-infinity", "longlive"),
        ("steady-forcing", "v-sink-absolute", "steady-forcing"),
        ("steady-forcing", "engine-native+flush=upstream+x=1", "steady-forcing"),
    ],
)
def test_rows_that_are_easily_got_wrong(method: str, configuration: str, name: str) -> None:
    assert for_row(method, configuration).name == name


def test_a_method_without_weights_and_a_configuration_that_is_none() -> None:
    with pytest.raises(GeneratorError, match="no published weights belong to the method 'procedural'"):
        for_row("procedural", "drift@3")
    with pytest.raises(GeneratorError, match="causvid:long; there are some for: engine-native, common"):
        for_row("causvid", "long")
    with pytest.raises(GeneratorError, match="no checkpoint is called 'causal-forcing'"):
        checkpoint("causal-forcing")


@pytest.mark.parametrize("row", published().values(), ids=lambda row: row.name)
def test_every_row_is_sound(row: Published) -> None:
    for file in row.files:
        assert file.repo.count("/") == 1
        assert not file.path.startswith("/") and file.path.endswith(".pt")
        assert not file.sha256 or is_sha256(file.sha256)
        assert (file.size is None) == (not file.sha256)
        assert (file.revision == "main") or len(file.revision) == 40
    assert row.licence
    assert row.container != "bare" or row.ema
    assert not row.ema_fallback or row.ema
    if row.adapter:
        assert (row.adapter_rank, row.adapter_alpha) == (256, 256.0)
    told = {"common": "nferred"}
    if row.name in {"longlive-base", "causal-forcing-chunkwise"}:
        assert told["common"] in row.notes


def test_the_rows_of_a_checkpoint() -> None:
    assert table.rows_of("causal-forcing-chunkwise") == ("causal-forcing:chunkwise", "causal-forcing:common")
    assert table.rows_of("longlive-base") == ("longlive:common",)


def test_averaged_weights_are_run_where_the_authors_run_them() -> None:
    plain = {name for name, row in published().items() if not row.ema}
    assert plain == {"causvid", "longlive", "longlive-base", "causal-forcing-chunkwise"}
    assert {name for name, row in published().items() if row.container == "bare"} == {"reward-forcing"}
    assert {name for name, row in published().items() if row.ema_fallback} == {"infinite-forcing"}


def test_sizes_are_known_or_said_to_be_unknown() -> None:
    assert published()["reward-forcing"].weights.told_size == "size unknown"
    assert published()["self-forcing"].weights.told_size == "5.7 GB"
    assert [file.told_size for file in base().files] == [
        "11.4 GB", "508 MB", "17 MB", "62 kB", "7 kB", "5 MB",
    ]  # fmt: skip


def test_the_base_files() -> None:
    own = base()
    assert own.text.path == "models_t5_umt5-xxl-enc-bf16.pth"
    assert own.vae.path == "Wan2.1_VAE.pth"
    assert {file.path.rpartition("/")[0] for file in own.tokenizer} == {own.tokenizer_folder}
    assert all(is_sha256(file.sha256) and file.repo == own.repo for file in own.files)


def test_digests_tell_files_apart() -> None:
    known = [file.sha256 for row in published().values() for file in row.files if file.sha256]
    known += [file.sha256 for file in base().files]
    twice = {published()["longlive-base"].weights.sha256}
    assert {digest for digest in known if known.count(digest) > 1} == twice
    assert known_digest(published()["self-forcing"].weights.sha256) == (
        "Self-Forcing (gdhe17/Self-Forcing, checkpoints/self_forcing_dmd.pt)"
    )
    assert known_digest(base().vae.sha256) == "Wan2.1's video autoencoder"
    assert all("own transformer" in known_digest(digest) for digest in table._table()["known"])
    assert known_digest("0" * 64) == ""
