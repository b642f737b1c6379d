"""``plan.json``: a plan on disk, and the digest that names the study everywhere."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from steadybench import atomic
from steadybench.errors import InputError
from steadybench.study import codec
from steadybench.study.model import SCHEMA, Plan

FILE = "plan.json"


def text(plan: Plan) -> str:
    """The plan as it is written: the same plan gives the same bytes."""
    return codec.dumps({"schema": SCHEMA, "plan": plan})


def digest(plan: Plan) -> str:
    """SHA-256 of the plan's file, 64 hex digits: the study's name in exports, answers and locks."""
    return hashlib.sha256(text(plan).encode()).hexdigest()


def save(plan: Plan, folder: Path) -> Path:
    """Write ``plan.json`` into the study's folder.

    Raises:
        StorageError: the file cannot be written.
    """
    atomic.write_text(folder / FILE, text(plan))
    return folder / FILE


def load(folder: Path) -> Plan:
    """Read the plan of a study's folder.

    Raises:
        InputError: there is none, or it is damaged, or of another version; all faults are named.
    """
    path = folder / FILE
    try:
        body = json.loads(path.read_bytes())
    except OSError as error:
        told = f"{folder} holds no study: {path} cannot be read ({error.strerror})"
        raise InputError(f"{told}. Make one with 'study plan'.") from None
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}") from None
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise InputError(f"{path} is no plan of this version: expected schema {SCHEMA}.")
    try:
        plan = codec.parse(Plan, body.get("plan"))
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}") from None
    if text(plan).encode() != path.read_bytes():
        raise InputError(f"{path} was changed by hand: its bytes are not those that its contents give.")
    return plan
