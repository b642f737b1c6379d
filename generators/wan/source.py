"""The backbone of the published checkpoints before it is loaded: its sizes, and which files a row runs on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from generators.contract import GeneratorError
from generators.engine.blueprint import Blueprint, CodecNeed, DeviceKind, Order, TextNeed, Weights
from generators.engine.shape import WAN_1_3B
from generators.wan import cost, files, looks, table
from generators.wan.digests import digest_of, in_home, models_folder
from generators.wan.files import Found
from generators.wan.sizes import FPS, HEIGHT, LATENT, LORA, NAME, NETWORK, TEXT, TOKENIZER, VAE, WIDTH
from generators.wan.table import Published

if TYPE_CHECKING:
    import torch

    from generators.engine.backbone import Backbone

CHECKPOINT, USE_EMA = "checkpoint", "use_ema"
_WORDS = {"yes": True, "no": False}
_NUMBER_BYTES: Mapping[DeviceKind, int] = {"cuda": 2, "cpu": 4}
_SHOWN = 8
"""Digits of a digest in a row's name."""
_DIGITS = 12
"""Digits of a digest in a note."""


class WanSource:
    """Wan2.1 with 1.3 billion parameters, in the causal form of the eight methods' checkpoints."""

    options: tuple[str, ...] = (CHECKPOINT, USE_EMA)
    """``checkpoint``: a file in place of the row's own; ``use_ema``: ``yes`` or ``no``, against the authors'
    choice."""

    def blueprint(self, kind: DeviceKind) -> Blueprint:
        """Sizes at 832 x 480; bfloat16 on a GPU, float32 on a CPU."""
        size = _NUMBER_BYTES[kind]
        codec = cost.codec(WIDTH, HEIGHT, size)
        return Blueprint(
            name=NAME,
            shape=WAN_1_3B,
            latent=LATENT,
            width=WIDTH,
            height=HEIGHT,
            fps=FPS,
            text_tokens=cost.TOKENS,
            number_bytes=size,
            codec=CodecNeed(weights=codec.weights, kept=codec.kept, work=codec.work),
            text=TextNeed(work=cost.text(kind)),
            extra="wan",
        )

    def find(self, order: Order) -> Weights:
        """Files of a row.

        Raises:
            GeneratorError: no published checkpoint for the row, files that are missing or not what they
                should be, or an option that is wrong or changes nothing; everything at once.
        """
        row = table.for_row(order.method, order.configuration)
        faults = _option_faults(order.options, row)
        found = _base() | (
            _own(order.options[CHECKPOINT]) if CHECKPOINT in order.options else _published(row)
        )
        faults += [item.fault for item in found.values() if item.condition == "wrong"]
        faults += _missing(found, row)
        if faults:
            raise GeneratorError(f"{order.method}:{order.configuration} on {NAME}: {'; '.join(faults)}")
        return _weights(order.options, row, found)

    def load(self, weights: Weights, device: torch.device) -> Backbone:
        """Load them.

        Raises:
            GeneratorError: the extra ``wan`` is not installed; weights damaged, or of another network.
        """
        try:
            from generators.wan.backbone import load
        except ModuleNotFoundError as error:
            raise GeneratorError(
                f"backbone {NAME} needs {error.name}, which is missing; run: pip install 'steadybench[wan]'"
            ) from error
        return load(weights, device)


SOURCE = WanSource()


def _option_faults(options: Mapping[str, str], row: Published) -> list[str]:
    word = options.get(USE_EMA)
    if word is None:
        return []
    if word not in _WORDS:
        return [f"option {USE_EMA!r} must be yes or no, got {word!r}"]
    if row.container == "bare":
        return [f"option {USE_EMA!r} changes nothing: the file of {row.title} holds one set of weights"]
    if _WORDS[word] == row.ema:
        return [f"option {USE_EMA}={word} is what the authors do with {row.title}; leave it out"]
    return []


def _base() -> dict[str, Found]:
    base = table.base()
    words = {f"{TOKENIZER}-{number}": files.find(file) for number, file in enumerate(base.tokenizer)}
    return {TEXT: files.find(base.text), VAE: files.find(base.vae)} | words


def _published(row: Published) -> dict[str, Found]:
    found = {NETWORK: files.find(row.weights)}
    return found | ({LORA: files.find(row.adapter)} if row.adapter else {})


def _missing(found: Mapping[str, Found], row: Published) -> list[str]:
    """All files that are not here in one sentence, with one command that brings them."""
    gone = {role: item.path for role, item in found.items() if item.condition == "missing"}
    if not gone:
        return []
    names = [row.name] if NETWORK in gone or LORA in gone else []
    names += [table.BASE_NAME] if gone.keys() - {NETWORK, LORA} else []
    folder = models_folder()
    told = ", ".join(str(path.relative_to(folder)) for path in gone.values())
    command = f"steadybench weights fetch {' '.join(names)}"
    advice = f"run: {command}"
    if files.is_offline():
        advice = f"the network is forbidden here: run `{command}` elsewhere and copy the files"
    return [f"not in {folder}: {told}; {advice}"]


def _own(path: str) -> dict[str, Found]:
    """A file that the user names: nobody says which digest it should have."""
    place = in_home(path).absolute()
    try:
        digest = _digest_of_own(place)
    except (OSError, GeneratorError) as error:
        told = str(error)
        if isinstance(error, OSError):
            told = f"{place} cannot be read ({error.strerror or error}); name a file with weights"
        return {NETWORK: Found(CHECKPOINT, "wrong", place, fault=f"option {CHECKPOINT}: {told}")}
    return {NETWORK: Found(CHECKPOINT, "unknown", place, digest)}


def _digest_of_own(path: Path) -> str:
    """SHA-256 of a file; of the list of all parts' where it is the index of a divided one.

    Raises:
        OSError: it cannot be read.
        GeneratorError: it is no file of weights, as far as its ends tell.
    """
    if looks.kind_of(path) != "index":
        return digest_of(path)
    _, parts = looks.parts_of(path)
    lines = [f"{part.name} {digest_of(part)}\n" for part in (path, *parts)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _weights(options: Mapping[str, str], row: Published, found: Mapping[str, Found]) -> Weights:
    ema = _WORDS.get(options.get(USE_EMA, ""), row.ema)
    variant, notes = "", [row.notes]
    if CHECKPOINT in options:
        digest = found[NETWORK].sha256
        variant += f"+{CHECKPOINT}={digest[:_SHOWN]}"
        is_known = files.whose(digest)
        notes = [f"The user chose the weights: {is_known or 'a file that is not known here'}."]
        if row.adapter:
            notes.append(f"The {row.adapter.title} is not merged into them.")
    if USE_EMA in options:
        variant += f"+{USE_EMA}={options[USE_EMA]}"
        notes.append(f"The authors run the {'averaged' if row.ema else 'plain'} weights; this row does not.")
    paths = {role: item.path for role, item in found.items() if not role.startswith(TOKENIZER)}
    paths[TOKENIZER] = next(item.path.parent for role, item in found.items() if role.startswith(TOKENIZER))
    return Weights(
        name=row.name,
        digest=_digest(found, ema=ema),
        licence=row.licence,
        files=tuple(sorted(paths.items())),
        ema=ema,
        variant=variant,
        notes=(*(note for note in notes if note), _read_from(found)),
    )


def _read_from(found: Mapping[str, Found]) -> str:
    """Files and the first digits of their SHA-256, to hold against the hub's; which nobody vouches for."""
    strange = {"unknown": " (compared with nothing)"}
    told = (
        f"{item.path.name} {item.sha256[:_DIGITS]}{strange.get(item.condition, '')}"
        for item in found.values()
    )
    return f"Weights, with the first digits of their SHA-256: {', '.join(told)}."


def _digest(found: Mapping[str, Found], *, ema: bool) -> str:
    """SHA-256 over the role and SHA-256 of every file, and over which of a file's two sets is taken."""
    lines = [f"{role} {found[role].sha256}\n" for role in sorted(found)]
    return hashlib.sha256("".join([*lines, f"ema {ema}\n"]).encode()).hexdigest()
