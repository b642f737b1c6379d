"""The shipped weights: one float16 safetensors file and the story of its training."""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from generators.contract import GeneratorError
from generators.tiny.codec import TinyCodec
from generators.tiny.model import TinyModel

FOLDER = Path(__file__).parent
FILE, STORY, DIGEST = "tiny.safetensors", "training.json", "tiny.sha256"


def save_weights(folder: Path, model: TinyModel, codec: TinyCodec, story: Mapping[str, object]) -> None:
    """Write weights, their digest and the story of their training into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"model.{name}": value.half().contiguous() for name, value in model.state_dict().items()}
    tensors |= {f"codec.{name}": value.half().contiguous() for name, value in codec.state_dict().items()}
    save_file(tensors, folder / FILE, {"vocabulary": json.dumps(model.text.vocabulary)})
    (folder / DIGEST).write_text(digest_of(folder / FILE) + "\n", encoding="ascii")
    (folder / STORY).write_text(json.dumps(story, indent=1) + "\n", encoding="utf-8")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verified(folder: Path | None = None) -> tuple[Path, str]:
    """The weights file and its digest, which is the one that it should have.

    Args:
        folder: where the three files are; None for the shipped ones.

    Raises:
        GeneratorError: weights missing or damaged.
    """
    path = (folder or FOLDER) / FILE
    try:
        expected = path.with_name(DIGEST).read_text(encoding="utf-8", errors="replace").strip()
        found = digest_of(path)
    except OSError as error:
        raise GeneratorError(
            f"the tiny backbone's weights cannot be read ({error}); install steadybench again"
        ) from error
    if found != expected:
        raise GeneratorError(
            f"{path} is damaged: its SHA-256 is {found[:16]}…, expected {expected[:16]}…; install "
            "steadybench again, or export the weights again if you trained them"
        )
    return path, found


def load_weights(folder: Path | None = None) -> tuple[TinyModel, TinyCodec, str]:
    """The model and the codec in float32, and the digest of their file, checked before anything is read.

    Args:
        folder: where the three files are; None for the shipped ones.

    Raises:
        GeneratorError: weights missing, damaged, or of another network.
    """
    path, digest = verified(folder)
    try:
        model, codec = _read(path)
    except (SafetensorError, RuntimeError, ValueError) as error:
        fault = textwrap.shorten(str(error), 300, placeholder=" …")
        raise GeneratorError(f"{path} does not hold the tiny backbone: {fault}") from error
    return model, codec, digest


def _read(path: Path) -> tuple[TinyModel, TinyCodec]:
    with safe_open(path, "pt") as file:
        vocabulary = _vocabulary(file.metadata() or {})
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    model, codec = TinyModel(vocabulary), TinyCodec()
    for prefix, module in (("model.", model), ("codec.", codec)):
        own = {name.removeprefix(prefix): v for name, v in tensors.items() if name.startswith(prefix)}
        module.load_state_dict(own)
        module.eval().requires_grad_(False)
    return model, codec


def _vocabulary(metadata: Mapping[str, str]) -> list[str]:
    words = json.loads(metadata.get("vocabulary", "null"))
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("expected a list of words under 'vocabulary' in its metadata")
    return words
