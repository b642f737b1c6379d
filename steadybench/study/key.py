"""The key of a study: the secret behind its tokens, and what each of them stands for."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study import codec

FILE = "key.json"
TOKEN = 16
"""Hex digits of a token; sessions too. Trials have 12."""


@dataclass(frozen=True, slots=True)
class System:
    """What a system token stands for."""

    label: str
    """As reports name it, such as ``Steady-Forcing (engine-native, tiny)``."""
    method: str
    configuration: str
    backbone: str
    runs: tuple[str, ...]
    """Names of the folders that its clips come from."""


@dataclass(frozen=True, slots=True)
class Source:
    """The clip that a source token stands for."""

    path: str
    """Absolute."""
    sha256: str
    clip: str
    """Its name in the run."""
    system: str
    """Token."""
    prompt: str
    """Token."""
    seed: int
    """As the run numbers it."""


@dataclass(frozen=True, slots=True)
class Key:
    """Everything that must not reach raters, nor whoever analyses before unblinding."""

    secret: str
    """64 hex digits."""
    systems: Mapping[str, System]
    prompts: Mapping[str, str]
    """Prompt ids by token."""
    sources: Mapping[str, Source]


def new_secret() -> str:
    """Draw a secret of 256 bits."""
    return secrets.token_hex(32)


def token(secret: str, *parts: str, digits: int = TOKEN) -> str:
    """HMAC-SHA-256 (RFC 2104) of some texts under the secret, first ``digits`` hex digits.

    A plain digest of a name could be guessed: there are few names. Parts are told apart by their lengths.
    """
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(bytes.fromhex(secret), message.encode(), hashlib.sha256).hexdigest()[:digits]


def save(key: Key, path: Path) -> None:
    """Write a key that only its owner can read.

    Raises:
        StorageError: the file cannot be written.
    """
    atomic.write_text(path, codec.dumps(key), private=True)


def load(path: Path) -> Key:
    """Read a key.

    Raises:
        InputError: it is missing or is no key; says what was expected.
    """
    try:
        return codec.parse(Key, json.loads(path.read_bytes()))
    except OSError as error:
        raise unreadable(path, error) from None
    except ValueError as error:
        told = f"{path} is no key of a study: {error}. Name the right one with --key FILE."
        raise InputError(told) from None


def unreadable(path: Path, error: OSError) -> InputError:
    """What to raise where a key cannot be read."""
    return InputError(f"The key {path} cannot be read ({error.strerror}). Name it with --key FILE.")
