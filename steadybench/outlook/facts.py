"""A plan as JSON, for programs. The layout keeps its number until a field changes its meaning or goes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from steadybench.outlook.engine import Cost
from steadybench.outlook.gpus import Card
from steadybench.outlook.outlook import Outlook
from steadybench.outlook.rows import Row

if TYPE_CHECKING:
    from metrics.types import Json

SCHEMA = 1


def facts(plan: Outlook) -> dict[str, Json]:
    """Everything that is told in words; bytes, seconds, hours and FLOPs as plain numbers."""
    card = plan.card
    return {
        "schema": SCHEMA,
        "title": plan.title,
        "gpu": None if card is None else _card(card),
        "rows": [_row(row) for row in plan.rows],
        "total": {
            "to_make": plan.to_make,
            "flops": plan.flops,
            "floor_hours": plan.floor_hours,
            "hours": plan.hours,
            "memory_bytes": plan.memory,
            "clip_bytes": [plan.disk.least, plan.disk.most],
            "in_work_bytes": plan.in_work,
            "free_bytes": plan.free,
            "fetch_bytes": plan.fetch_bytes,
            "fetch": [{"file": f"{file.repo}/{file.path}", "bytes": file.size} for file in plan.to_fetch],
            "refused": [row.name for row in plan.rows if row.refusals],
        },
    }


def _card(card: Card) -> dict[str, Json]:
    return {
        "name": card.name,
        "gib": card.gib,
        "usable_bytes": card.usable,
        "tflops": card.tflops,
        "gbps": card.gbps,
        "source": card.source,
    }


def _row(row: Row) -> dict[str, Json]:
    return {
        "spec": row.spec,
        "name": row.name,
        "clips": row.clips,
        "finished": row.finished,
        "to_make": row.to_make,
        "seconds": row.job.seconds,
        "size": [row.job.width, row.job.height],
        "fps": row.job.fps,
        "cost": None if row.cost is None else _cost(row.cost),
        "floor_s": row.floor_s,
        "floor_hours": row.floor_hours,
        "hours": row.hours,
        "pace": None if row.pace is None else asdict(row.pace) | {"per_second": row.pace.per_second},
        "memory": None if row.memory is None else asdict(row.memory) | {"total": row.memory.total},
        "clip_bytes": None if row.disk is None else asdict(row.disk),
        "refusals": list(row.refusals),
    }


def _cost(cost: Cost) -> dict[str, Json]:
    return {
        "latents": cost.latents,
        "rollouts": cost.rollouts,
        "passes": cost.network.passes,
        "network_flops": cost.network.flops,
        "network_bytes": cost.network.read + cost.network.written,
        "codec_flops": cost.codec,
    }
