"""One record: what one measurement found on one clip, under a key made of content alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metrics.types import Curve, Identity, Json, Value, canonical_json, sha256_text

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Record:
    """Values and curves of one measurement on one clip, or the reason why it failed."""

    clip_sha256: str
    mask_sha256: str
    """SHA-256 of a given label map, ``early`` where the mask comes from the clip itself."""
    identity: Identity
    failure: str = ""
    """Why there are no values, and what to do; empty where the measurement went through."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """Width, height, fps, frames, duration and codec of the clip."""
    pixels_sha256: str = ""
    """SHA-256 of the mask that was really used."""
    values: tuple[Value, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name of the record: see :func:`record_key`."""
        return record_key(self.clip_sha256, self.identity, self.mask_sha256)


def identity_json(identity: Identity) -> dict[str, Json]:
    """Turn the full identity into plain JSON values."""
    return {
        "measurement": identity.measurement,
        "version": identity.version,
        "settings": dict(identity.settings),
    }


def identity_from_json(body: Mapping[str, Any]) -> Identity:
    """Read what :func:`identity_json` wrote."""
    return Identity(body["measurement"], body["version"], body["settings"])


def record_key(clip_sha256: str, identity: Identity, mask_sha256: str) -> str:
    """SHA-256 over clip bytes, everything that changes the number, and the mask; never a path."""
    return sha256_text(
        canonical_json(
            {
                "clip_sha256": clip_sha256,
                "identity": identity_json(identity),
                "mask_sha256": mask_sha256,
            }
        )
    )


def encode(record: Record) -> str:
    """Write a record as one JSON document whose ``digest`` covers everything else."""
    body: dict[str, Json] = {
        "schema": SCHEMA,
        "clip_sha256": record.clip_sha256,
        "mask_sha256": record.mask_sha256,
        "identity": identity_json(record.identity),
        "failure": record.failure,
        "facts": dict(record.facts),
        "pixels_sha256": record.pixels_sha256,
        "values": [
            {"metric": value.metric, "value": value.value, "status": value.status, "reason": value.reason}
            for value in record.values
        ],
        "curves": [
            {"metric": curve.metric, "t_s": list(curve.t_s), "values": list(curve.values)}
            for curve in record.curves
        ],
        "notes": list(record.notes),
    }
    return canonical_json({**body, "digest": sha256_text(canonical_json(body))}) + "\n"


def decode(text: str, key: str) -> Record:
    """Read what :func:`encode` wrote.

    Raises:
        ValueError: the text is no record, was changed, is of another schema, or belongs under another key.
    """
    try:
        body = json.loads(text)
        digest = body.pop("digest")
        if body["schema"] != SCHEMA or digest != sha256_text(canonical_json(body)):
            raise ValueError("the digest or the schema does not match")
        record = _from_body(body)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a record: {error!r}") from error
    if record.key != key:
        raise ValueError("the content belongs under another key")
    return record


def _from_body(body: Mapping[str, Any]) -> Record:
    return Record(
        clip_sha256=body["clip_sha256"],
        mask_sha256=body["mask_sha256"],
        identity=identity_from_json(body["identity"]),
        failure=body["failure"],
        facts=body["facts"],
        pixels_sha256=body["pixels_sha256"],
        values=tuple(Value(**value) for value in body["values"]),
        curves=tuple(
            Curve(curve["metric"], tuple(curve["t_s"]), tuple(curve["values"])) for curve in body["curves"]
        ),
        notes=tuple(body["notes"]),
    )
