"""Word lists and limits of the linter, as data. Words are lower case and compared whole; see ``lint.words``.

Texts are read by video models, so they describe a scene and nothing else: words of people who judge
videos invite the model to answer the judge, and a negated thing tends to appear in the picture.
"""

from __future__ import annotations

from collections.abc import Mapping

from prompts.types import Direction, Regime


def _words(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


BALANCE_SPREAD = 2
"""Largest allowed difference between the fullest and the emptiest regime, in prompts."""
WORDS_MIN, WORDS_MAX = 40, 90
"""Length of a text in words separated by spaces, both ends allowed."""
PREFIX_CHARACTERS = 50
"""Some generators name their files by this many first characters, so these must differ between prompts."""
SIMILARITY_MAX = 0.35
"""Largest allowed Jaccard similarity (0 to 1) between the word sets of two texts."""
STATIC_THINGS_MIN, STATIC_THINGS_MAX = 2, 5
"""How many things `must_not_move` names."""

FORBIDDEN_CHARACTERS = frozenset('[]{}<>|;#*?:/\\"`~^$=_')
"""Marks of prompt languages (scene cuts, lengths, lists) and characters that file names cannot hold."""

EVALUATOR_WORDS = _words(
    """
    4k 8k accurate aesthetic aesthetics artefact artefacts artifact artifacts award-winning benchmark
    benchmarks best blurry cinematic clip coherence coherent consistency consistent consistently degradation
    degrade degraded detailed distorted distortion drift drifted drifting drifts evaluate evaluation
    fidelity flawless flicker flickering flickers footage generated glitch glitches harden hardened
    hardening hd hdr high-quality hyperrealistic jitter jittery masterpiece metric metrics morphing perfect
    photorealistic quality realism realistic render rendered rendering resolution score scored scores
    seamless seamlessly stabilisation stabilised stabilization stabilized stable stagnant stagnate
    stagnation temporal temporally test uhd ultra video videos
    """
)
NEGATIONS = _words(
    """
    absence absent avoid avoids barely cannot devoid except excluding few hardly instead lack lacking lacks
    neither never no nobody none nor not nothing nowhere rarely scarcely seldom stops without
    """
)
NEGATION_PHRASES = ("free of", "free from", "rather than", "other than", "away with", "-free", "n't", "n’t")
"""Looked for anywhere in the text, also inside words."""
TIME_WORDS = _words(
    """
    duration endless endlessly forever fps hour hourly hours hyperlapse loop looped looping loops minute
    minutes second seconds slow-motion slowmo time-lapse timelapse
    """
)
TIME_PHRASES = ("frame rate", "frames per", "slow motion", "time lapse")
CAMERA_MOTION_WORDS = _words(
    """
    aerial dollies dolly drone fade-in fade-out flyover gimbal hand-held handheld montage orbit orbits pan
    panning pans steadicam tilt tilting tilts tracking zoom zooming zooms
    """
)
PEOPLE_WORDS = _words(
    """
    boy boys child children crowd farmer farmers fisherman fishermen girl girls hiker hikers human humans
    man men monk monks people person tourist tourists villager villagers walker walkers woman women worker
    workers
    """
)
FIXED_VIEW_WORDS = frozenset({"fixed", "locked", "locked-off", "static", "stationary", "tripod"})
"""A text says positively that the camera stays: it uses at least one of these."""

PLAUSIBLE_DIRECTIONS: Mapping[Regime, frozenset[Direction]] = {
    "channel_flow": frozenset({"left", "right", "toward", "away"}),
    "falling_water": frozenset({"down"}),
    "oscillating_water": frozenset({"left", "right", "toward", "away", "not_applicable"}),
    "falling_precipitation": frozenset({"down", "left", "right"}),
    "buoyant_plume": frozenset({"up", "left", "right"}),
    "combustion": frozenset({"up", "left", "right", "not_applicable"}),
    "windborne": frozenset({"left", "right", "toward", "away", "not_applicable"}),
    "geothermal": frozenset({"up", "down", "left", "right", "toward", "not_applicable"}),
    "accumulating": frozenset({"up", "down", "left", "right", "toward", "not_applicable"}),
}
"""Sideways rain, smoke or flame is a strong wind; the wind itself has no up or down in a picture."""

DIRECTION_CUES: Mapping[Direction, str] = {
    "left": r"right to left|to the left|leftwards?",
    "right": r"left to right|to the right|rightwards?",
    "up": r"up|upwards?|ris(e|es|ing)|climb(s|ing)?|lift(s|ing)?",
    "down": r"down|downwards?|fall(s|ing)?|drop(s|ping)?|sink(s|ing)?|spill(s|ing)?",
    "toward": r"towards? the (camera|viewer)",
    "away": r"away from the (camera|viewer)",
}
"""Regular expressions, matched as whole words in lower case; a text must hold one for its direction."""
OPPOSITE: Mapping[Direction, Direction] = {
    "left": "right",
    "right": "left",
    "toward": "away",
    "away": "toward",
}
"""Directions whose cues exclude each other. Up and down do not: a fountain rises before it falls."""
