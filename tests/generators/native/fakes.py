"""Checkouts that behave like the authors' without any network: same flags, same names, same ways to fail.

Every fake program is written from the argument parser and the last lines of the real one, and uses nothing
but the standard library, PyYAML, PyAV and NumPy. What it received is kept in ``seen.json``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from generators.native.catalogue import find
from generators.native.checkout import MODEL
from generators.native.settings import MethodSettings
from tests.generators.native.programs import CORE, PROGRAMS, STUBS

BASE_FILES = (
    "config.json",
    "diffusion_pytorch_model.safetensors",
    "models_t5_umt5-xxl-enc-bf16.pth",
    "Wan2.1_VAE.pth",
    "google/umt5-xxl/spiece.model",
)
LONGLIVE_YAML = """\
denoising_step_list:
- 1000
- 750
warp_denoising_step: true # a comment that stays
model_kwargs:
  local_attn_size: 12
  seed: kept


# inference
data_path: longlive_models/prompts/vidprom_filtered_extended.txt
output_folder: videos/long
inference_iter: -1
num_output_frames: 120
use_ema: false
seed: 0
num_samples: 1
save_with_index: true
generator_ckpt: longlive_models/models/longlive_base.pt
lora_ckpt: longlive_models/models/lora.pt

adapter:
  type: "lora"
"""


def wrapper(base: str) -> str:
    """Code that names the base files at five places, as ``utils/wan_wrapper.py`` does."""
    above = base.removesuffix(f"/{MODEL}")
    return f"""\
class WanTextEncoder:
    weights = "{base}/models_t5_umt5-xxl-enc-bf16.pth"
    tokens = dict(
        name="{base}/google/umt5-xxl/", seq_len=512)
class WanVAEWrapper:
    path = "{base}/Wan2.1_VAE.pth"
class WanDiffusionWrapper:
    def __init__(self, model_name="{MODEL}", causal=True):
        if causal:
            self.path = f"{above}/{{model_name}}/"
        else:
            self.path = f"{above}/{{model_name}}/"
"""


@dataclass(frozen=True)
class Lab:
    """One fake checkout with its environment."""

    root: Path
    method: str
    settings: MethodSettings

    @property
    def checkout(self) -> Path:
        return self.settings.checkout

    @property
    def seen(self) -> dict[str, object]:
        """What the program was given when it ran last."""
        body: dict[str, object] = json.loads((self.root / "seen.json").read_text(encoding="utf-8"))
        return body

    @property
    def ran(self) -> bool:
        return (self.root / "seen.json").exists()

    def failing(self, how: str, **changes: object) -> MethodSettings:
        """Settings under which the program fails."""
        env = {**self.settings.env, "FAKE_FAILURE": how}
        return replace(self.settings, env=env, **changes)  # type: ignore[arg-type]


def build(root: Path, method: str, clips: Path, configuration: str = "native") -> Lab:
    """Lay out a checkout, weights, base files and an environment in an empty folder.

    Args:
        root: empty folder.
        method: which of the eight.
        clips: folder in which the fake programs keep encoded clips by their number of frames.
        configuration: whose checkpoint and config are written.
    """
    declaration = find(method, configuration)
    checkout = root / "lab" / method
    cwd = checkout / declaration.folder
    for name, source in PROGRAMS[method, declaration.folder].items():
        write(cwd / name, source)
    for name in declaration.needed:
        write(cwd / name, "")
    for name, word in declaration.marks:
        write(cwd / name, f"{word} = 1\n")
    write(cwd / declaration.config, LONGLIVE_YAML if declaration.yaml else "num_frame_per_block: 3\n")
    base = declaration.base or str(root / "models" / MODEL)
    write(cwd / declaration.wrapper, wrapper(base))
    for name in BASE_FILES:
        write(cwd / base / name, "x")
    for name in filter(None, (declaration.checkpoint[0], declaration.lora)):
        write_weights(checkout / name)
    stubs = root / "stubs"
    for name, source in STUBS.items():
        write(stubs / name, source)
    write(stubs / "fake_core.py", CORE)
    env = {"PYTHONPATH": str(stubs), "FAKE_CLIPS": str(clips), "FAKE_SEEN": str(root / "seen.json")}
    return Lab(root, method, MethodSettings(checkout, (sys.executable,), time_limit_s=60, env=env))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_weights(path: Path, body: str = "weights") -> None:
    """A small file with the frame of torch.save's: a zip archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.pkl", body)


def commit(checkout: Path) -> str:
    """Make the folder a git repository with all its files in one commit."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for arguments in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "all"], ["rev-parse", "HEAD"]):
        answer = subprocess.run(
            ["git", "-C", str(checkout), *arguments], check=True, capture_output=True, env=environment
        )
    return answer.stdout.decode().strip()


def write_toml(lab: Lab, file: Path, **more: object) -> Path:
    """The settings of a lab as the user would write them."""
    items = {"checkout": str(lab.checkout), "launch": list(lab.settings.launch), **more}
    lines = [f"[{lab.method}]", *(f"{key} = {json.dumps(value)}" for key, value in items.items())]
    lines += [
        f"[{lab.method}.env]",
        *(f"{key} = {json.dumps(value)}" for key, value in lab.settings.env.items()),
    ]
    write(file, "\n".join(lines) + "\n")
    return file
