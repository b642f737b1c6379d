"""What the pages say about each kind of overlay, with pictures of its colours and patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadybench.overlays import paint
from steadybench.wanted import Wanted

if TYPE_CHECKING:
    from reports.model import OverlayCard


def cards(wanted: Wanted) -> tuple[OverlayCard, ...]:
    """Describe flow, mask and change."""
    return (_flow(_flow_backends(wanted) - {"dis"}), _mask(), _change())


def _flow_backends(wanted: Wanted) -> set[str]:
    """Which flow the run's speeds were measured with."""
    found = set()
    for named in wanted.identities.values():
        for identity in named.values():
            flow = identity.settings.get("flow")
            if isinstance(flow, dict):
                found.add(str(flow.get("backend")))
    return found


def _flow(others: set[str]) -> OverlayCard:
    from reports.model import OverlayCard

    measured = (
        f" It is drawn with DIS; this run's speeds were measured with {' and '.join(sorted(others)).upper()}."
        if others else ""
    )  # fmt: skip
    told = (
        "What the flow between two samples of the measurement sees, eight times a second, with the camera's "
        "own motion taken out. Colour is the direction; brightness grows with speed and is full at "
        f"{1000 * paint.FULL_SPEED:g} thousandths of the frame's width a second and above. Arrows repeat "
        f"the direction from {1000 * paint.ARROW_SPEED:g} thousandths a second on; their length grows with "
        f"speed. Black stands still.{measured}"
    )
    keys = (("direction as on the wheel, brighter is faster", paint.png(paint.wheel())),)
    return OverlayCard("flow", "Flow", told, keys, paint.FULL_SPEED)


def _mask() -> OverlayCard:
    from reports.model import OverlayCard

    told = (
        "Which part of the frame was measured as what, for the whole clip: estimated from its seconds 0.5 to "
        "3, or given with it. Nothing is read along the border of a region. What has neither colour nor "
        "pattern belongs to none."
    )
    keys = tuple((name, paint.png(paint.swatch(role))) for role, (name, _) in paint.ROLES.items())
    return OverlayCard("mask", "Mask", told, keys)


def _change() -> OverlayCard:
    from reports.model import OverlayCard

    most = round(255 / paint.GAIN)
    told = (
        "How far the median picture of each half second differs from that of seconds 0.5 to 1.5, the "
        "reference of the measurement, in the colour channel that differs most. It is shown "
        f"{paint.GAIN} times as strong: {most} of 255 code values and more are brightest. Water and fire "
        "always differ; look at what should stand still. A camera that moved shows too."
    )
    keys = ((f"from no difference to {most} code values and more", paint.png(paint.ramp())),)
    return OverlayCard("change", "Change since the start", told, keys)
