"""A weights folder of a test's own, and a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.metrics.weights.made import Server, handler


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty weights folder and an empty torch cache."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setenv("STEADYBENCH_WEIGHTS", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv("STEADYBENCH_OFFLINE", raising=False)
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on the loopback interface, gone after the test."""
    told = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(told))
    told.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    http.shutdown()
    thread.join()
    http.server_close()
