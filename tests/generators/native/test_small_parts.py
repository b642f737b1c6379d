"""Variables, and the script that seeds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generators.native.catalogue import find
from generators.native.outside import seeded
from generators.native.settings import MethodSettings
from generators.native.variables import ALLOWED, gpu, variables
from tests.generators.native.programs import STUBS

SELF, CAUSVID = find("self-forcing", "native"), find("causvid", "native")


def settings(**changes: object) -> MethodSettings:
    return MethodSettings(Path("/x"), ("python",), **changes)  # type: ignore[arg-type]


def test_only_the_allowed_variables_pass() -> None:
    caller = dict.fromkeys((*ALLOWED, "PYTHONPATH", "CONDA_PREFIX", "LOCAL_RANK", "PYTHONSTARTUP"), "a")
    found = variables(SELF, settings(), caller)
    ours = {"CUDA_VISIBLE_DEVICES": "0", "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    assert found.keys() == {*ALLOWED, *ours}
    assert variables(CAUSVID, settings(), {}) == ours


def test_the_users_own_variables_win() -> None:
    found = variables(CAUSVID, settings(env={"PATH": "/mine", "PYTHONUTF8": "0"}), {"PATH": "/theirs"})
    assert (found["PATH"], found["PYTHONUTF8"]) == ("/mine", "0")


def test_an_active_environment_leaves_the_path() -> None:
    caller = {"VIRTUAL_ENV": "/v", "PATH": os.pathsep.join(["/v/bin", "/usr/bin", "/vv/bin"])}
    assert variables(SELF, settings(), caller)["PATH"] == os.pathsep.join(["/usr/bin", "/vv/bin"])


@pytest.mark.parametrize(
    ("own", "caller", "device"), [("", "", "0"), ("", "5,6", "5"), ("1", "5", "1"), ("GPU-a", "", "GPU-a")]
)
def test_one_gpu_is_seen(own: str, caller: str, device: str) -> None:
    assert gpu(settings(gpu=own), {"CUDA_VISIBLE_DEVICES": caller}) == device


def test_the_seeding_script_runs_a_program_as_it_would_run_by_itself(tmp_path: Path) -> None:
    """In a Python without this project on its path."""
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs/torch.py").write_text(STUBS["torch/__init__.py"])
    (tmp_path / "stubs/numpy.py").write_text(
        "class random:\n    seed = staticmethod(lambda s: print('numpy', s))\n"
    )
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/beside.py").write_text("")
    (tmp_path / "package.py").write_text("")
    (tmp_path / "inner/program.py").write_text(
        "import random, sys, torch, beside, package\n"
        "print(__name__, sys.argv, random.random(), torch.seeds, torch.cuda.seeds)\n"
        "sys.exit(7)\n"
    )
    script = tmp_path / "seeded.py"
    script.write_text(Path(seeded.__file__).read_text())
    command = [sys.executable, "-S", "-E", str(script), "5", "inner/program.py", "--flag", "a b"]
    code = f"import sys, runpy; sys.path[:0] = [{str(tmp_path / 'stubs')!r}]; sys.argv = {command[3:]!r};"
    code += f"sys.path.insert(0, {str(tmp_path)!r}); runpy.run_path({str(script)!r}, run_name='__main__')"
    answer = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    import random

    random.seed(5)
    assert answer.stdout == (
        f"numpy 5\n__main__ ['inner/program.py', '--flag', 'a b'] {random.random()} [5] [5]\n"
    )
    assert answer.returncode == 7
