"""What measures clips, seen from the harness: a protocol, so that tests can put something quick there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from metrics.types import Identity, Json, Measurement, Quantity
from steadybench.entries import MaskSource
from steadybench.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from metrics.panel import PanelFlow
    from metrics.score import Settings


class Scored(Protocol):
    """What one pass over a clip found."""

    @property
    def facts(self) -> dict[str, Json]:
        """Width, height, fps, frames, duration and codec."""
        ...

    @property
    def mask_sha256(self) -> str:
        """Digest of the mask that was used."""
        ...

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """One for each measurement asked for."""
        ...


class Measurer(Protocol):
    """Measures clips; must survive pickling, since measuring happens in worker processes."""

    def quantities(self) -> tuple[Quantity, ...]:
        """Declare every number that may come back."""
        ...

    def identities(self, mask_source: MaskSource) -> Mapping[str, Identity]:
        """Say, without decoding anything, under which identity each measurement would run."""
        ...

    def settings(self) -> dict[str, Json]:
        """The settings as ``run.json`` keeps them."""
        ...

    def measure(
        self,
        path: Path,
        names: Sequence[str],
        labels: NDArray[np.uint8] | None,
        mask_source: MaskSource,
    ) -> Scored:
        """Decode a clip once and take the named measurements.

        Args:
            path: the video file.
            names: measurements to take.
            labels: uint8 (H, W) roles of pixels, None for masks from the clip's own first seconds.
            mask_source: where ``labels`` come from.

        Raises:
            metrics.errors.ClipError: the clip cannot be measured.
        """
        ...


@dataclass(frozen=True, slots=True)
class TaskAxes:
    """The real measurer: premise, drift, stagnation and hardening, and the panels asked for."""

    chosen: Settings

    def quantities(self) -> tuple[Quantity, ...]:
        """Declare every number of the measurements chosen."""
        from metrics.score import quantities

        return quantities(self.chosen.measurements)

    def identities(self, mask_source: MaskSource) -> Mapping[str, Identity]:
        """Ask the metrics for their identities."""
        from metrics.score import identities

        return identities(self.chosen, mask_source)

    def settings(self) -> dict[str, Json]:
        """Name flow backend, measurements, weights file and device; identities hold the weights' digests."""
        weights = self.chosen.raft_weights
        return {
            "flow": self.chosen.flow,
            "raft_weights": weights.name if weights else None,
            "measurements": list(self.chosen.measurements),
            "device": self.chosen.device,
            "panel_flow": self.chosen.panel_flow,
        }

    def measure(
        self,
        path: Path,
        names: Sequence[str],
        labels: NDArray[np.uint8] | None,
        mask_source: MaskSource,
    ) -> Scored:
        """Run the metrics on one clip."""
        from metrics.score import measure

        return measure(path, replace(self.chosen, measurements=tuple(names)), labels, mask_source)


def task_axes(
    flow: Literal["dis", "raft"],
    raft_weights: Path | None,
    panels: Sequence[str] = (),
    device: str = "cpu",
    panel_flow: PanelFlow = "auto",
) -> TaskAxes:
    """Make the real measurer: all axes, and panels by name.

    Raises:
        InputError: the flow backend cannot run here, or a panel does not exist; the message says what is
            missing.
    """
    from metrics.errors import FlowUnavailableError
    from metrics.score import MEASUREMENTS, Settings

    measurements = (*MEASUREMENTS, *dict.fromkeys(panels))
    chosen = TaskAxes(Settings(flow, raft_weights, measurements, device, panel_flow))
    try:
        chosen.identities("early")
    except (FlowUnavailableError, ValueError) as error:
        raise InputError(str(error)) from None
    return chosen
