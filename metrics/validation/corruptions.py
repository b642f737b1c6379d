"""The list of corruptions, fixed before anything was measured with them: what each must and must not move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from metrics.masks import Labels
from metrics.validation import drifting, hardened, nuisances, stagnating
from metrics.validation.clean import Clean
from metrics.validation.footage import Footage

Family = Literal["drift", "stagnation", "hardening", "direction", "nuisance"]
Apply = Callable[[Clean, float], Footage]
Relabel = Callable[[Clean, float], Labels]

GEOMETRY = (0.5, 1.0, 2.0, 4.0)
REST = "share of the rest"
PX_480 = "px at 480 lines"
LOOPS = (4.0, 3.0, 2.0, 1.0)
SHARES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Corruption:
    """One way to spoil a clip, from mild to strong."""

    id: str
    family: Family
    """The failure that it imitates, or ``nuisance`` where it is none."""
    severities: tuple[float, ...]
    unit: str
    apply: Apply | None = None
    relabel: Relabel | None = None
    """For a wrong mask instead of a spoiled picture."""
    every_frame: bool = False
    """True where the frames between the sampled ones matter: codec and frame rate."""

    def spoiled(self, clean: Clean, severity: float) -> tuple[Footage, Labels | None]:
        """The spoiled clip, and its mask where that is what is wrong."""
        clip = clean if self.every_frame else clean.sampled
        footage = clip.footage if self.apply is None else self.apply(clip, severity)
        return footage.sampled(), None if self.relabel is None else self.relabel(clean, severity)


CORRUPTIONS: tuple[Corruption, ...] = (
    Corruption("translation", "drift", GEOMETRY, "% diagonal", drifting.translate),
    Corruption("rotation", "drift", GEOMETRY, "% diagonal", drifting.rotate),
    Corruption("zoom", "drift", GEOMETRY, "% diagonal", drifting.zoom),
    Corruption("boiling", "drift", (0.5, 1.0, 2.0, 3.0), PX_480, drifting.boil),
    Corruption("redraw", "drift", (0.4, 0.6, 0.8, 1.0), "share", drifting.redraw),
    Corruption("attenuation", "stagnation", (0.4, 0.6, 0.8, 0.95), "share", stagnating.attenuate),
    Corruption("slowing", "stagnation", (0.4, 0.6, 0.8, 0.95), "share", stagnating.slow, every_frame=True),
    Corruption("freeze", "stagnation", (0.35, 0.5, 0.75, 1.0), REST, stagnating.freeze),
    Corruption("freeze_all", "stagnation", (0.35, 0.5, 0.75, 1.0), REST, stagnating.freeze_all),
    Corruption("replay", "stagnation", LOOPS, "s", stagnating.replay, every_frame=True),
    Corruption("pingpong", "stagnation", LOOPS, "s", stagnating.pingpong, every_frame=True),
    Corruption("backward", "direction", (1.0,), "reversed", stagnating.backward, every_frame=True),
    Corruption("sharpening", "hardening", (0.25, 0.5, 1.0, 1.5), "gain", hardened.sharpen),
    Corruption("sharpening_medium", "hardening", (0.25, 0.5, 1.0, 1.5), "gain", hardened.sharpen_medium),
    Corruption("local_contrast", "hardening", (1.1, 1.2, 1.4, 1.6), "factor", hardened.local_contrast),
    Corruption("saturation", "hardening", (1.1, 1.2, 1.4, 1.6), "factor", hardened.saturate),
    Corruption("sticking", "hardening", SHARES, "share", hardened.pin_detail),
    Corruption("blur", "hardening", (0.5, 0.8, 1.2, 1.6), "px", hardened.soften),
    Corruption("brighter", "nuisance", (1.1, 1.2, 1.35, 1.5), "factor of light", nuisances.exposure),
    Corruption("darker", "nuisance", (0.9, 0.8, 0.7, 0.6), "factor of light", nuisances.exposure),
    Corruption("gamma_up", "nuisance", (1.08, 1.15, 1.22, 1.3), "exponent", nuisances.gamma),
    Corruption("gamma_down", "nuisance", (0.95, 0.9, 0.85, 0.8), "exponent", nuisances.gamma),
    Corruption("warmer", "nuisance", (0.06, 0.12, 0.18, 0.25), "share of red", nuisances.white_balance),
    Corruption("cooler", "nuisance", (-0.06, -0.12, -0.18, -0.25), "share of red", nuisances.white_balance),
    Corruption("recompression", "nuisance", (18, 23, 28, 35), "CRF", nuisances.recompress, every_frame=True),
    Corruption("sensor_noise", "nuisance", (1.0, 2.0, 3.0, 4.0), "code values", nuisances.sensor_noise),
    Corruption("resize", "nuisance", (0.9, 0.8, 0.7, 0.6), "factor", nuisances.resize),
    Corruption(
        "frame_rate", "nuisance", (0.875, 0.8, 0.75, 0.625), "factor", nuisances.frame_rate, every_frame=True
    ),
    Corruption(
        "mask_smaller",
        "nuisance",
        (-1.0, -2.0, -3.0, -4.0),
        PX_480,
        relabel=nuisances.grown_labels,
    ),
    Corruption("mask_larger", "nuisance", (1.0, 2.0, 3.0, 4.0), PX_480, relabel=nuisances.grown_labels),
    Corruption("decoder", "nuisance", (1.0,), "4:2:0", nuisances.decode_otherwise),
)


def named(corruption: str) -> Corruption:
    """The corruption of a name.

    Raises:
        KeyError: there is none.

    """
    return {item.id: item for item in CORRUPTIONS}[corruption]
