"""Where an export must not lie, and what it does not overwrite."""

from __future__ import annotations

from pathlib import Path

import pytest

from steadybench.errors import InputError
from steadybench.study.exporting import places


def _made(folder: Path) -> tuple[Path, Path, Path, Path]:
    study, export, run = (folder / name for name in ("study", "export", "run"))
    for path in (study, export, run / "clips"):
        path.mkdir(parents=True)
    for path in (run / "run.json", study / "key.json", run / "clips" / "a.mp4"):
        path.write_text("{}")
    return study, export, study / "key.json", run / "clips" / "a.mp4"


def test_apart_is_fine(tmp_path: Path) -> None:
    """Side by side, as by default."""
    study, export, key, clip = _made(tmp_path)
    places.check(study, export, key, [clip])


def test_the_key_stays_out_of_the_export(tmp_path: Path) -> None:
    """Directly, below, behind a link that leads into it, and behind one that leads out."""
    study, export, key, clip = _made(tmp_path)
    (tmp_path / "door").symlink_to(export)
    (export / "link.json").symlink_to(key)
    for place in (export / "key.json", export / "deep" / "key.json", tmp_path / "door" / "key.json",
                  export / "link.json"):
        with pytest.raises(InputError, match=r"lies in .*export.*Move it elsewhere"):
            places.check(study, export, place, [clip])
    with pytest.raises(InputError, match="lies in"):
        places.check(study, tmp_path / "door", export / "key.json", [clip])


def test_single_clips_may_lie_around_it_but_not_in_it(tmp_path: Path) -> None:
    """Clips that belong to no run, as a manifest names them."""
    study, export, key, _ = _made(tmp_path)
    places.check(study, export, key, [tmp_path / "a.mp4"])
    with pytest.raises(InputError, match=r"a\.mp4, where clips come from"):
        places.check(study, export, key, [export / "clips" / "a.mp4"])


@pytest.mark.parametrize("out", ["study", "study/export", ".", "run", "run/report", "run/clips"])
def test_neither_study_nor_run_reaches_raters(tmp_path: Path, out: str) -> None:
    """Neither may hold the export, nor the export them."""
    study, _, key, clip = _made(tmp_path)
    with pytest.raises(InputError, match="must not contain each other"):
        places.check(study, tmp_path / out, key, [clip])


def test_what_no_export_made_is_not_touched(tmp_path: Path) -> None:
    """A folder with anything else in it is refused; an earlier export, whole or not, is welcome."""
    _, export, _, _ = _made(tmp_path)
    for name in ("index.html", "clips/0123456789abcdef.mp4", "clips/.0123456789abcdef.mp4.partial",
                 "sessions/0123456789abcdef.js"):
        (export / name).parent.mkdir(exist_ok=True)
        (export / name).write_text("")
    places.check_contents(export, ("index.html",))
    places.check_contents(tmp_path / "new", ("index.html",))
    (export / "thesis.docx").write_text("")
    with pytest.raises(InputError, match=r"thesis\.docx"):
        places.check_contents(export, ("index.html",))
    with pytest.raises(InputError, match="not a folder"):
        places.check_contents(export / "index.html", ())


def test_what_an_earlier_plan_needed_goes(tmp_path: Path) -> None:
    """Links too, without what they lead to."""
    _, export, key, _ = _made(tmp_path)
    (export / "clips").mkdir()
    (export / "clips" / "0123456789abcdef.mp4").symlink_to(key)
    (export / "index.html").write_text("")
    places.prune(export, frozenset({"index.html"}))
    assert [path.name for path in sorted(export.rglob("*"))] == ["clips", "index.html"]
    assert key.exists()
