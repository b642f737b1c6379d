"""What makes videos: the adapter contract, methods found by name, the encoder and the conformance suite.

``load("procedural:drift@10").generate(job, workspace)`` gives frames or a file. Nothing heavy is imported
until needed.
"""

from __future__ import annotations

from generators.contract import (
    FRAME_TOLERANCE_S,
    IGNORE,
    MEDIUM,
    OVERLAY,
    SUPPORT,
    ClipFile,
    Delivery,
    Frames,
    FrameStream,
    Generator,
    GeneratorError,
    GeneratorInfo,
    Job,
    LabelMap,
    Registered,
)
from generators.limits import check_job
from generators.options import native_only
from generators.registry import available, load, parse_spec

__all__ = [
    "FRAME_TOLERANCE_S",
    "IGNORE",
    "MEDIUM",
    "OVERLAY",
    "SUPPORT",
    "ClipFile",
    "Delivery",
    "FrameStream",
    "Frames",
    "Generator",
    "GeneratorError",
    "GeneratorInfo",
    "Job",
    "LabelMap",
    "Registered",
    "available",
    "check_job",
    "load",
    "native_only",
    "parse_spec",
]
