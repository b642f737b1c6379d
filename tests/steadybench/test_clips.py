"""The store of finished clips: workspaces go, what programs said in them stays."""

from __future__ import annotations

from pathlib import Path

from steadybench.clips import ClipStore


def test_logs_outlive_their_workspace(tmp_path: Path) -> None:
    store = ClipStore(tmp_path)
    for attempt in ("first", "second"):
        workspace = store.workspace("abc")
        (workspace / "stderr.log").write_text(attempt)
        (workspace / "clip.mp4").write_bytes(b"x")
        (workspace / "output").mkdir()
        store.clear()
        assert not workspace.exists()
        assert (store.folder / "logs/abc.stderr.log").read_text() == attempt
    assert [path.name for path in (store.folder / "logs").iterdir()] == ["abc.stderr.log"]


def test_clearing_what_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    store = ClipStore(tmp_path)
    store.clear()
    store.workspace("abc")
    store.clear()
    assert list(store.folder.iterdir()) == []
