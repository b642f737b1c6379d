"""The numbers of the task panel in words, each with the fault that its own validation found."""

from __future__ import annotations

from metrics.types import Better, Quantity, Range

PREFIX = "task_panel"
_RAFT = ("raft-things",)
_NO_FLOW: tuple[str, ...] = ()


def _of(
    name: str, unit: str, better: Better, meaning: str, fault: str, *, bounds: Range, flow: bool = True
) -> Quantity:
    told = f"Parity only. {meaning} Known fault: {fault}"
    kept = "4 frames kept at about 8 Hz" if flow else "6 frames"
    return Quantity(f"{PREFIX}.{name}", unit, better, told, range=bounds, valid_when=kept,
                    weights=_RAFT if flow else _NO_FLOW)


FLOW_QUANTITIES = (
    _of("fbd", "% diagonal", "lower",
        "fBD: median displacement of ORB matches of the still region, last 12 % against first frame, mean.",
        "where registration is lost it takes all raw matches, so a few lost frames set the mean.",
        bounds=(0, None)),
    _of("bfr", "mfw/pair", "lower",
        "BFR: mean flow of the still region over the clip, thousandths of the frame width per kept pair.",
        "the region comes from the scored clip itself; a frozen clip is best.", bounds=(0, None)),
    _of("nbf", "mfw/s", "lower", "NBF: BFR per second.",
        "the region comes from the scored clip itself; a frozen clip is best.", bounds=(0, None)),
    _of("mcff_e", "px/pair", "none",
        "MCFF-E: mean flow of the moving region in the second 12 %, camera's similarity taken out (v1.1).",
        "it scales with resolution and sampling rate, and starts after the first window.", bounds=(0, None)),
    _of("mcff_l", "px/pair", "higher", "MCFF-L: the same in the last 12 %.",
        "a replayed clip scores higher than the original.", bounds=(0, None)),
    _of("fp", "ratio", "none", "FP: MCFF-L / MCFF-E, at most 2; 1 means sustained (v1.1).",
        "no noise floor: a clip that never moves gives about 1; attenuated and replayed flow raise it.",
        bounds=(0, 2)),
    _of("dlr", "ratio", "lower", "DLR: late flow of the still region over that of the moving region.",
        "unbounded where the moving region stops; slower water alone raises it.", bounds=(0, None)),
    _of("dar", "share", "lower",
        "DAR: share of the late flow of the moving region that the camera explains, clipped to 0-1.",
        "a colour change alone lowers it by most of a standard deviation.", bounds=(0, 1)),
    _of("dar_signed", "ratio", "lower", "DAR as it is stored, before clipping.",
        "negative in about one clip of twelve, where taking out the camera adds flow.", bounds=(None, 1)),
    _of("mcff_e_v10", "px/pair", "none",
        "MCFF-E of version 1.0: the camera is the median translation of the still region.",
        "rotation and zoom stay in.", bounds=(0, None)),
    _of("mcff_l_v10", "px/pair", "higher", "MCFF-L of version 1.0.", "rotation and zoom stay in.",
        bounds=(0, None)),
    _of("fp_v10", "ratio", "none", "FP of version 1.0, as the paper's tables have it.",
        "as FP; rotation and zoom stay in.", bounds=(0, 2)),
)
"""Numbers from optical flow and features at 288 lines."""

PIXEL_QUANTITIES = (
    _of("sharp_ratio", "ratio", "none",
        "Variance of the Laplacian, last 15 % of the samples over the first 15 %; below 1 is blur.",
        "the whole frame counts, and so do noise, gain and compression.", bounds=(0, None), flow=False),
    _of("de_static", "8-bit Lab", "lower",
        "Distance of the still region's mean colour, early to late, in OpenCV's 8-bit Lab.",
        "lightness weighs 2.55 times as much as in CIE Lab, opposite changes cancel, and the published "
        "program's float32 sums are off by up to several units.", bounds=(0, None), flow=False),
    _of("de_static_f64", "8-bit Lab", "lower", "The same with exact sums: how far de_static is rounding.",
        "as de_static, without the rounding.", bounds=(0, None), flow=False),
    _of("dl_static", "L*", "none", "Lightness of the still region, late minus early; below 0 is darker.",
        "the rounding of de_static.", bounds=(-100, 100), flow=False),
    _of("idpsnr_late", "dB", "higher",
        "PSNR of the still region's grey, late samples against the first frame, unaligned; at most 60.",
        "the first frame is the reference, so a clip that is redrawn once and then holds scores low.",
        bounds=(0, 60), flow=False),
    _of("fdp", "ratio", "none",
        "FDP: grey change between samples in the moving region, late over early, at most 2.",
        "samples lie further apart in longer clips, so horizons do not compare; flicker counts as motion.",
        bounds=(0, 2), flow=False),
    _of("stag_onset", "share of clip", "higher",
        "Place of the first sample whose change is below half of the early mean; 1 where there is none.",
        "one low sample is enough.", bounds=(0, 1), flow=False),
)
"""Numbers from at most 160 samples at the clip's own size."""

QUANTITIES = (*FLOW_QUANTITIES, *PIXEL_QUANTITIES)
