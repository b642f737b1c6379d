"""A checkout: its code's digest, its revision, its base files, what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators.native.catalogue import find
from generators.native.checkout import base_places, code_digest, identify, missing_files, revision
from tests.generators.native.conftest import MakeLab
from tests.generators.native.fakes import commit, wrapper, write


def test_the_digest_follows_the_code_and_nothing_else(lab: MakeLab) -> None:
    here, declaration = lab("infinite-forcing").checkout, find("infinite-forcing", "native")
    write(here / "utils/scheduler.py", "shift = 5\n")
    first = code_digest(here, declaration)

    for name in ("README.md", "notes.py", "configs/other.yaml", "checkpoints/x.py", "wan/__pycache__/m.pyc"):
        write(here / name, "new\n")
    assert code_digest(here, declaration) == first

    for name in ("utils/scheduler.py", declaration.config, "inference.py", "wan/modules/new.py"):
        write(here / name, f"# changed {name}\n")
        assert code_digest(here, declaration) != first
        first = code_digest(here, declaration)


def test_where_the_base_files_lie_does_not_change_the_digest_but_other_edits_do(lab: MakeLab) -> None:
    here, declaration = lab("infinite-forcing").checkout, find("infinite-forcing", "native")
    published = wrapper("/mnt/cluster/models/Wan-AI/Wan2.1-T2V-1.3B")
    write(here / declaration.wrapper, published)
    first = code_digest(here, declaration)
    write(here / declaration.wrapper, wrapper("/data/Wan2.1-T2V-1.3B"))
    assert code_digest(here, declaration) == first
    write(here / declaration.wrapper, published.replace("seq_len=512", "seq_len=256"))
    assert code_digest(here, declaration) != first


def test_a_row_has_its_plain_name_for_the_declared_code_only(lab: MakeLab) -> None:
    from dataclasses import replace

    here, declaration = lab("self-forcing").checkout, find("self-forcing", "native")
    known = replace(declaration, code_sha256=code_digest(here, declaration))
    same = identify(here, known)
    assert (same.configuration, same.revision, same.as_read) == ("native", declaration.revision, True)
    write(here / "wan/modules/new.py", "")
    other = identify(here, known)
    digest = code_digest(here, known)[:12]
    assert (other.configuration, other.as_read) == (f"native+code={digest}", False)
    assert other.revision == f"{digest} (digest of the code)"


def test_without_a_known_digest_the_name_stays_plain_and_the_revision_tells(lab: MakeLab) -> None:
    here, declaration = lab("steady-forcing").checkout, find("steady-forcing", "native")
    first = identify(here, declaration)
    write(here / "utils/scheduler.py", "shift = 8")
    second = identify(here, declaration)
    assert first.configuration == second.configuration == "native"
    assert first.revision != second.revision


def test_git_is_asked_without_a_trace(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    here = lab("self-forcing").checkout
    told = commit(here)
    index = (here / ".git/index").stat().st_mtime_ns
    monkeypatch.setenv("GIT_DIR", "/no/such/place")

    clean = revision(here)
    assert (clean.commit, clean.changed) == (told, ())
    assert str(clean) == f"revision {told[:12]}"
    write(here / "untracked.txt", "")
    assert revision(here).changed == ()
    write(here / "inference.py", "changed")
    changed = revision(here)
    assert changed.changed == ("inference.py",)
    assert str(changed) == f"revision {told[:12]} with changes in inference.py"
    assert (here / ".git/index").stat().st_mtime_ns == index


def test_a_folder_inside_another_repository_has_no_revision_of_its_own(lab: MakeLab) -> None:
    here = lab("self-forcing").checkout
    commit(here.parent)
    assert revision(here).commit == ""
    assert "no known revision" in str(revision(here))


def test_git_that_is_not_there(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    here = lab("self-forcing").checkout
    commit(here)
    monkeypatch.setenv("PATH", "/nowhere")
    assert revision(here).commit == ""


def test_the_five_places_are_found_with_their_lines(lab: MakeLab) -> None:
    here, declaration = lab("infinite-forcing").checkout, find("infinite-forcing", "native")
    places = base_places(here, declaration)
    assert [place.line for place in places] == [2, 4, 6, 10, 12]
    assert all(place.there for place in places)

    (places[-1].path / "diffusion_pytorch_model.safetensors").unlink()
    assert [place.there for place in base_places(here, declaration)] == [True, True, True, False, False]


def test_reward_forcings_places_follow_its_config(lab: MakeLab, tmp_path: Path) -> None:
    here, declaration = lab("reward-forcing").checkout, find("reward-forcing", "native")
    write(here / declaration.wrapper, 'torch.load(f"{checkpoint_path}/Wan2.1-T2V-1.3B/Wan2.1_VAE.pth")\n')
    assert [place.there for place in base_places(here, declaration)] == [True]
    write(here / declaration.config, f"beta: 2.0\ncheckpoint_path: {tmp_path / 'other'}\n")
    places = base_places(here, declaration)
    assert [(place.path, place.there) for place in places] == [
        (tmp_path / "other/Wan2.1-T2V-1.3B/Wan2.1_VAE.pth", False)
    ]


def test_steady_forcings_overlay_is_listed_file_by_file(lab: MakeLab) -> None:
    here, declaration = lab("steady-forcing").checkout, find("steady-forcing", "native")
    assert missing_files(here, declaration) == []
    for name in ("utils/interactive.py", "wan/modules/vae.py", declaration.config):
        (here / name).unlink()
    assert missing_files(here, declaration) == [
        declaration.config,
        "utils/interactive.py",
        "wan/modules/vae.py",
    ]
