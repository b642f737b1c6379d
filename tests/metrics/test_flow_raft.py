"""RAFT around a seeded, untrained network: everything but the trained weights themselves."""

from __future__ import annotations

import sys
import urllib.error
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from metrics.errors import FlowUnavailableError
from metrics.flow import Luma
from metrics.flow_backends import make_flow
from metrics.flow_raft import RaftFlow
from metrics.types import Identity
from metrics.weights.table import Entry


def torch_or_skip() -> Any:
    return pytest.importorskip("torch", reason="the raft extra is not installed")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch = torch_or_skip()
    models = pytest.importorskip("torchvision.models.optical_flow", reason="the raft extra is not installed")
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "untrained.pth"
    torch.save(models.raft_large(weights=None).state_dict(), path)
    return path


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No weights anywhere: empty weights folder, empty hub cache."""
    torch_or_skip()
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    monkeypatch.delenv("STEADYBENCH_OFFLINE", raising=False)
    return folder


def pair(height: int, width: int) -> tuple[Luma, Luma]:
    a = np.random.default_rng(1).integers(0, 256, (height, width), np.uint8)
    return a, np.roll(a, 3, axis=1)


def test_it_is_torchvisions_network_with_20_updates(weights: Path) -> None:
    torch = torch_or_skip()
    from torchvision.models.optical_flow import raft_large

    a, b = pair(128, 136)
    network = raft_large(weights=None).eval()
    network.load_state_dict(torch.load(weights, weights_only=True))
    first, second = (torch.tensor(np.repeat(p[None, None], 3, axis=1)) / 255 * 2 - 1 for p in (a, b))
    with torch.no_grad():
        expected = network(first, second, num_flow_updates=20)[-1][0].permute(1, 2, 0).numpy()
    got = make_flow("raft", weights=weights).flow(a, b)
    assert got.dtype == np.float32 and got.shape == (128, 136, 2)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(got, expected, atol=1e-3)


@pytest.mark.parametrize(("height", "width"), [(130, 141), (64, 100), (33, 300)])
def test_padding_is_by_edges_centred_and_cut_away(height: int, width: int, weights: Path) -> None:
    backend = make_flow("raft", weights=weights, updates=1)
    a, b = pair(height, width)
    margins = []
    for side in (height, width):
        extra = max(128, -(-side // 8) * 8) - side
        margins.append((extra // 2, extra - extra // 2))
    large = backend.flow(np.pad(a, margins, mode="edge"), np.pad(b, margins, mode="edge"))
    got = backend.flow(a, b)
    assert got.shape == (height, width, 2)
    top, left = margins[0][0], margins[1][0]
    np.testing.assert_array_equal(got, large[top : top + height, left : left + width])


def test_flow_is_repeatable(weights: Path) -> None:
    a, b = pair(128, 128)
    first = make_flow("raft", weights=weights, updates=2).flow(a, b)
    np.testing.assert_array_equal(first, make_flow("raft", weights=weights, updates=2).flow(a, b))


def test_settings_name_weights_and_updates_and_differ_from_dis(weights: Path, tmp_path: Path) -> None:
    torch = torch_or_skip()
    state = torch.load(weights, weights_only=True)
    name = next(iter(state))
    state[name] = state[name] + 1
    other = tmp_path / "other.pth"
    torch.save(state, other)
    backends = [
        make_flow("dis"), make_flow("raft", weights=weights), make_flow("raft", weights=other),
        make_flow("raft", weights=weights, updates=12),
    ]
    assert backends[1].settings == RaftFlow(weights).settings
    assert backends[1].settings["updates"] == 20
    assert len({Identity("drift", 1, dict(backend.settings)).digest for backend in backends}) == 4


@pytest.mark.parametrize("content", [b"", b"not a state file", b"PK\x03\x04 broken zip"])
def test_a_file_that_is_no_state_is_refused(content: bytes, tmp_path: Path) -> None:
    torch_or_skip()
    path = tmp_path / "bad.pth"
    path.write_bytes(content)
    with pytest.raises(FlowUnavailableError, match=r"bad\.pth: expected the state of torchvision"):
        make_flow("raft", weights=path)


@pytest.mark.parametrize("spoil", ["missing", "extra", "shape"])
def test_another_networks_state_is_refused(spoil: str, weights: Path, tmp_path: Path) -> None:
    torch = torch_or_skip()
    state = dict(torch.load(weights, weights_only=True))
    name = next(iter(state))
    if spoil == "missing":
        del state[name]
    elif spoil == "extra":
        state["more.weight"] = torch.zeros(1)
    else:
        state[name] = torch.zeros(1)
    path = tmp_path / "foreign.pth"
    torch.save(state, path)
    with pytest.raises(FlowUnavailableError, match=r"foreign\.pth: expected the state of torchvision"):
        make_flow("raft", weights=path)


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    import pickle

    class Trap:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (Path(tmp_path / "sprung"),)  # type: ignore[return-value]

    torch_or_skip()
    path = tmp_path / "trap.pth"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(FlowUnavailableError, match="expected the state"):
        make_flow("raft", weights=path)
    assert not (tmp_path / "sprung").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    torch_or_skip()
    with pytest.raises(FlowUnavailableError, match=r"none\.pth: no such file; expected raft_large_C_T_V1"):
        make_flow("raft", weights=tmp_path / "none.pth")


def test_offline_names_file_and_digest(away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEADYBENCH_OFFLINE", "1")

    def reached(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("urllib.request.urlopen", reached)
    with pytest.raises(FlowUnavailableError) as caught:
        make_flow("raft")
    for word in (
        "raft_large_C_T_V1-22a6c225.pth", "SHA-256 begins with 22a6c225", "STEADYBENCH_OFFLINE=1",
        "steadybench weights import FOLDER", "--flow dis",
    ):
        assert word in str(caught.value)


def test_a_failed_download_says_why_and_what_to_do(away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", refused)
    monkeypatch.setattr("metrics.weights.fetch.WAITS_S", (0.0,))
    with pytest.raises(FlowUnavailableError, match=r"https://download.*Name or service not known.*import F"):
        make_flow("raft")


def test_a_missing_file_is_brought_into_the_weights_folder(
    away: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def brought(entry: Entry) -> Path:
        asked.append(entry.name)
        return weights

    monkeypatch.setattr("metrics.flow_raft.fetch", brought)
    make_flow("raft", updates=1)
    assert asked == ["raft-things"]


def test_a_file_with_the_right_name_and_wrong_bytes_is_refused(away: Path, weights: Path) -> None:
    (away / "raft_large_C_T_V1-22a6c225.pth").write_bytes(weights.read_bytes())
    with pytest.raises(FlowUnavailableError, match=r"expected SHA-256 22a6c225, got [0-9a-f]{64}"):
        make_flow("raft")


@pytest.mark.parametrize("device", ["nonsense", "cuda:99"])
def test_a_device_that_is_not_there_is_named(device: str, weights: Path) -> None:
    with pytest.raises(FlowUnavailableError, match=f"cannot use device '{device}'.*use device cpu"):
        make_flow("raft", weights=weights, device=device)


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(FlowUnavailableError, match=r"pip install 'steadybench\[raft\]'"):
        make_flow("raft")


def test_zero_updates_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, got 0"):
        make_flow("raft", updates=0)
