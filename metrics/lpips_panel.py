"""LPIPS of the still support against the clip's own settled picture: the learned companion of drift.

The picture is first brought back by the camera that registers it to the settled scene, as for drift. Without
that, LPIPS mixes displacement and appearance; the raw number is given beside it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from metrics import weights
from metrics.clip import Frame
from metrics.curves import Bins, late
from metrics.declaration import Change, Declaration, Needs
from metrics.early_masks import early_masks
from metrics.errors import WeightsMissingError
from metrics.head import HEAD_S, MIN_DURATION_S, too_little
from metrics.masks import MIN_SHARE, Masks, masks_from_labels
from metrics.panel import Footing, PanelOptions
from metrics.picture import resize_mask
from metrics.sampling import FINE_SIDE, RATE_HZ, WORK_SIDE, Sample, shrink
from metrics.session import Result, registration_flow
from metrics.similarity import bring_back
from metrics.track import SETTLED_S, median, settled_registrar
from metrics.types import Curve, Json, Quantity, Value
from metrics.weights import store

if TYPE_CHECKING:
    from torch import Tensor

    from metrics.networks.lpips import Lpips

NAME = "lpips"
VERSION = 1
BACKBONE = "alexnet"
_QUARTER_PX = 0.25
_NEEDS = (BACKBONE,)
_WHAT = "LPIPS (AlexNet, v0.1) of the still support against the clip's settled picture, mean of the last 5 s"
QUANTITIES = (
    Quantity("lpips.support", "LPIPS", "lower",
             f"{_WHAT}; the camera's motion is taken out first, seconds without registration are left out.",
             curve=True, range=(0, None), weights=_NEEDS),
    Quantity("lpips.support_raw", "LPIPS", "lower",
             f"{_WHAT}; as the picture stands, so a moved camera counts like a changed scene.",
             curve=True, range=(0, None), weights=_NEEDS),
    Quantity("lpips.registered_share", "share", "none", "Seconds in which the picture could be registered."),
)  # fmt: skip

DECLARED = Declaration(
    name=NAME,
    module=__name__,
    version=VERSION,
    question="How unlike the clip's settled picture does the still support look to a network?",
    definition=(
        "LPIPS (AlexNet, v0.1) as a map between each sampled picture and the settled picture of the first "
        "seconds, averaged over the support; once with the registered camera taken out, once as it stands."
    ),
    quantities=QUANTITIES,
    valid_when="The weights are here, and the first seconds hold a support that can be followed.",
    needs=Needs("support", "registration: DIS medium", MIN_DURATION_S, "any; sampled by time", "panels"),
    responds_to=("redrawn, blurred, sharpened or recoloured support",),
    ignores=("the medium, apart from what the network sees across the mask's boundary",),
    known_failures=(
        "It does not tell drift from hardening, noise or compression: a companion of drift, no axis.",
        "Seconds in which registration is lost are left out; read `lpips.registered_share`.",
    ),
    history=(Change(1, "2026-11-22", "First version."),),
    source="Zhang et al. 2018, the network and heads of the `lpips` package",
)

Rgb = NDArray[np.uint8]


def settings(options: PanelOptions) -> dict[str, Json]:
    """Network with both files' digests, masks, size, and what is done before comparing."""
    return {
        "network": "LPIPS alex v0.1", **_digests(), "mask": options.mask_source, "short_side": FINE_SIDE,
        "registration_flow": dict(registration_flow().settings),
    }  # fmt: skip


def _digests() -> dict[str, Json]:
    try:
        from_package = store.digest_of_file(_heads())
        return {"backbone_sha256": weights.digest_of(BACKBONE), "heads_sha256": from_package}
    except WeightsMissingError as fault:
        return {"missing": fault.name}


def _heads() -> Path:
    if find_spec("torch") is None:
        advice = "install it with: pip install 'steadybench[panels]'"
        raise WeightsMissingError("torch", "not installed", advice)
    from metrics.networks import lpips

    return lpips.heads_file()


def open(footing: Footing, options: PanelOptions) -> LpipsPanel:  # noqa: A001 - the name that panels share
    """Start on a clip."""
    network: Lpips | None = None
    reason = ""
    try:
        _heads()
        from metrics.networks import lpips

        network = lpips.load(weights.path_of(BACKBONE), options.device)
    except WeightsMissingError as fault:
        reason = str(fault)
    return LpipsPanel(footing, options, network, reason)


class LpipsPanel:
    """Holds the first three seconds' samples, then one reference."""

    def __init__(
        self, footing: Footing, options: PanelOptions, network: Lpips | None, reason: str = ""
    ) -> None:
        self._footing, self._options, self._network, self._reason = footing, options, network, reason
        self._head: list[Sample] = []
        self._scene: _Scene | None = None
        self._due = 0
        self._end_s = 0.0
        self._points: list[tuple[float, float | None, float]] = []

    def add(self, frame: Frame) -> None:
        """Take the next decoded frame: eight a second for the first three seconds, then one a second."""
        self._end_s = frame.t_s + 1 / self._footing.fps
        if self._reason or self._network is None:
            return
        rate = RATE_HZ if self._scene is None else 1.0
        if frame.t_s * rate + 1e-6 < self._due:
            return
        self._due = int(frame.t_s * rate + 1e-6) + 1
        if self._scene is not None:
            self._points.append((frame.t_s, *self._scene.measure(_sample(frame))))
            return
        self._head.append(_sample(frame))
        if frame.t_s >= HEAD_S:
            self._begin(self._network)
            self._due = int(frame.t_s + 1e-6) + 1

    def _begin(self, network: Lpips) -> None:
        self._reason = too_little(self._head)
        if not self._reason:
            self._scene = _Scene(self._head, self._masks(), network, self._options.device)
            self._reason = self._scene.reason
        if not self._reason and self._scene is not None:
            whole = [s for s in self._head if abs(s.t_s - round(s.t_s)) < 0.5 / RATE_HZ]
            self._points = [(s.t_s, *self._scene.measure(s)) for s in whole]
        self._head = []

    def _masks(self) -> Masks:
        labels = self._footing.labels
        shape = self._head[0].work.shape
        if labels is None:
            return early_masks(self._head)
        return masks_from_labels(labels, self._options.mask_source, (shape[0], shape[1]))

    def finish(self) -> Result:
        """Return late levels and curves."""
        why = self._reason or ("" if self._points else f"the clip ends before {HEAD_S:g} s")
        if why:
            return [Value(q.id, None, "abstained", why) for q in QUANTITIES], [], []
        bins = Bins(self._end_s)
        times = [t for t, _, _ in self._points]
        curves = [
            bins.curve("lpips.support", times, [brought for _, brought, _ in self._points]),
            bins.curve("lpips.support_raw", times, [raw for _, _, raw in self._points]),
        ]
        share = float(np.mean([brought is not None for _, brought, _ in self._points]))
        return [*map(_late, curves), Value("lpips.registered_share", share)], curves, []


def _late(curve: Curve) -> Value:
    found = late(curve)
    if found is None:
        return Value(curve.metric, None, "abstained", "the clip's last seconds could not be registered")
    return Value(curve.metric, found)


def _sample(frame: Frame) -> Sample:
    fine = frame.luma()
    return Sample(frame.t_s, fine, shrink(fine, WORK_SIDE), frame.rgb(FINE_SIDE))


class _Scene:
    """Reference, support and registrar of one clip."""

    def __init__(self, head: list[Sample], masks: Masks, network: Lpips, device: str) -> None:
        start, end = SETTLED_S
        pictures = [s.rgb for s in head if s.rgb is not None and start <= s.t_s < end]
        reference = median(pictures)
        self._size = reference.shape[:2]
        support = masks.regions()[""].support
        self.reason = ""
        if support.mean() < MIN_SHARE:
            self.reason = f"still support covers {100 * support.mean():.2f} % of the picture, not 0.5 %"
            return
        self._support = resize_mask(support, (self._size[0], self._size[1]))
        self._ratio = self._size[0] / support.shape[0]
        self._registrar = settled_registrar(head, masks, registration_flow())
        self._network, self._device = network, device
        self._settled = self._described(reference)

    def measure(self, sample: Sample) -> tuple[float | None, float]:
        """Mean over the support after the camera was taken out (None where it is lost), and as it stands."""
        picture = sample.rgb
        if picture is None:
            raise ValueError("a sample of this panel has colour")
        raw = self._distance(picture)
        camera = self._registrar.register(sample.work)[""].camera
        if camera is None:
            return None, raw
        if np.abs(camera.matrix - np.eye(2, 3)).max() * self._ratio < _QUARTER_PX:
            return raw, raw  # interpolation alone would soften detail
        return self._distance(bring_back(picture, camera.scaled(self._ratio))), raw

    def _described(self, picture: Rgb) -> list[Tensor]:
        import torch

        from metrics.networks import views

        with torch.inference_mode():
            return self._network.describe(views.tensor([picture], self._device))

    def _distance(self, picture: Rgb) -> float:
        import torch

        found = self._described(picture)
        with torch.inference_mode():
            spread = self._network.between(self._settled, found, (self._size[0], self._size[1]))
        return masked_mean(spread[0, 0].cpu().numpy(), self._support)


def masked_mean(spread: NDArray[np.float32], support: NDArray[np.bool_]) -> float:
    """Mean of a map, float32 (h, w), over a mask that is not empty."""
    return float(spread[support].mean(dtype=np.float64))
