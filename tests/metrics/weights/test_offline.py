"""Nothing reaches the network under STEADYBENCH_OFFLINE=1, whoever tries.

An audit hook cannot be taken out of a process again, so these run in processes of their own.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.metrics.weights.made import Server

BEGIN = """
import urllib.request, socket, sys
from metrics.weights import offline
offline.enforce()
def attempt(function):
    try:
        function()
    except Exception as fault:
        print(type(fault).__name__, fault)
    else:
        print("went through")
"""


def tried(code: str, own: Path, **variables: str) -> list[str]:
    """What the attempts in the code told, one line each."""
    given = {
        "STEADYBENCH_OFFLINE": "1", "STEADYBENCH_WEIGHTS": str(own), "TORCH_HOME": str(own / "torch"),
        "HF_HOME": str(own / "hf"), "OMP_NUM_THREADS": "1",
    }
    environment = {**os.environ, **given, **variables}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BEGIN + textwrap.dedent(code)], env=environment, text=True,
        capture_output=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_addresses_sockets_and_names_are_refused(own: Path) -> None:
    told = tried(
        """
        attempt(lambda: urllib.request.urlopen("https://example.org/x/amt-s.pth"))
        attempt(lambda: urllib.request.urlopen("https://example.org/page"))
        attempt(lambda: socket.create_connection(("192.0.2.1", 80), 1))
        attempt(lambda: socket.getaddrinfo("example.org", 443))
        with offline.loading("dino-vitb16"):
            attempt(lambda: socket.getaddrinfo("example.org", 443))
        """,
        own,
    )
    assert told[0].startswith("WeightsMissingError amt-s: amt-s.pth is not in the weights folder")
    assert "no SHA-256 published" in told[0]
    assert told[1].startswith("OfflineError STEADYBENCH_OFFLINE=1 forbids the network")
    assert "https://example.org/page" in told[1]
    assert "192.0.2.1" in told[2] and told[2].startswith("OfflineError")
    assert told[3].startswith("OfflineError")
    assert told[4].startswith("WeightsMissingError dino-vitb16: dino_vitbase16_pretrain.pth")
    assert "bf34ad0f424b9029b593e8dc3ed553bf26e88bcba0d32bf3e62a6209cb64c85e" in told[4]


def test_this_machine_and_other_values_stay_open(own: Path, server: Server) -> None:
    server.files["/here"] = b"yes"
    told = tried(
        f"""
        attempt(lambda: urllib.request.urlopen("{server.address}/here").read())
        left, right = socket.socketpair()
        attempt(lambda: left.send(b"x"))
        import os
        os.environ["STEADYBENCH_OFFLINE"] = "0"
        attempt(lambda: offline._hook("socket.getaddrinfo", ("example.org", 443)))
        """,
        own,
    )
    assert told == ["went through"] * 3


def test_a_proxy_on_this_machine_is_the_world(own: Path, server: Server) -> None:
    port = server.address.rpartition(":")[2]
    told = tried(
        f"attempt(lambda: socket.create_connection(('127.0.0.1', {port}), 1))", own,
        https_proxy=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    assert told[0].startswith("OfflineError") and "127.0.0.1" in told[0]


def test_without_the_variable_nothing_is_installed(own: Path) -> None:
    assert tried("print(offline._installed)", own, STEADYBENCH_OFFLINE="0") == ["False"]


def test_libraries_name_the_missing_file(own: Path) -> None:
    for package in ("torchvision", "open_clip", "huggingface_hub"):
        if importlib.util.find_spec(package) is None:  # without importing it here
            pytest.skip(f"{package} is not installed")
    told = tried(
        """
        import contextlib, io, huggingface_hub, open_clip, torch, torchvision
        address = "https://dl.fbaipublicfiles.com/dino/dino_vitbase16_pretrain/dino_vitbase16_pretrain.pth"
        with contextlib.redirect_stderr(io.StringIO()):
            attempt(lambda: torchvision.models.alexnet(weights="IMAGENET1K_V1", progress=False))
            attempt(lambda: torch.hub.load_state_dict_from_url(address, progress=False))
            attempt(lambda: huggingface_hub.hf_hub_download("lalala125/AMT", "amt-s.pth"))
            def clip():
                with offline.loading("clip-vit-b-32"):
                    open_clip.create_model("ViT-B-32-quickgelu", pretrained="openai")
            attempt(clip)
        """,
        own,
    )
    alexnet, dino, hub, clip = (line for line in told if line.split()[0].endswith("Error"))
    assert alexnet.startswith("WeightsMissingError alexnet: alexnet-owt-7be5be79.pth is not in the weights")
    assert "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02" in alexnet
    assert dino.startswith("WeightsMissingError dino-vitb16: dino_vitbase16_pretrain.pth is not in the")
    assert hub.startswith("OfflineError STEADYBENCH_OFFLINE=1 forbids the network")
    assert "huggingface.co" in hub
    assert clip.startswith("WeightsMissingError clip-vit-b-32: ViT-B-32.pt is not in the weights folder")
    assert "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af" in clip
