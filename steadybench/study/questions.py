"""The questions that raters are asked, one in each pass, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from steadybench.study.model import Question

LOOPS = "loops"
PREFERENCE = "preference"
"""Asked last, if at all; never validates a metric."""

_ALL = (
    Question(
        id="stillness",
        text="In which clip do the things that do not move stay more still?",
        definition=(
            "Look at what stands still in nature: rocks, banks, trunks, buildings, the horizon. In a good"
            " clip they keep their place, their shape and their light from the first second to the last. "
            "Sliding, zooming, growing, melting or changing light makes a clip worse. Do not judge how "
            "the water, fire, smoke or rain moves."
        ),
        spoil="drifting",
        training=(
            "Both clips show the same scene. In one of them the whole picture slides and grows while the "
            "water goes on as before, so the other clip stays more still."
        ),
    ),
    Question(
        id="motion",
        text="In which clip does the natural motion go on better until the end?",
        definition=(
            "Look at what moves in nature: water, fire, smoke, rain. In a good clip it moves in the last "
            "seconds as it did in the first. Slowing down, stopping, or only trembling on the spot makes "
            "a clip worse. Do not judge whether the rocks and banks stay in place."
        ),
        spoil="frozen",
        training=(
            "Both clips show the same scene. In one of them the water stands still like a photograph, so "
            "the motion goes on better in the other clip."
        ),
    ),
    Question(
        id="texture",
        text="In which clip do surfaces look more natural until the end?",
        definition=(
            "Look at the surface of things: stone, bark, leaves, water, sky. In a good clip they look "
            "like a film of nature until the last second. Surfaces that turn hard, glassy, waxy or over-"
            "sharp, colours that grow garish, or detail that is washed out make a clip worse. Do not "
            "judge how much moves."
        ),
        spoil="hardened",
        training=(
            "Both clips show the same scene. In one of them edges grow hard and colours garish, so "
            "surfaces look more natural in the other clip."
        ),
    ),
    Question(
        id=LOOPS,
        text="Which clip is freer of repetition, flicker and sudden jumps?",
        definition=(
            "In a good clip time runs on as in nature. Motion that plays the same seconds again, a "
            "picture that jumps back or is replaced at once, and brightness or detail that flickers make "
            "a clip worse. Do not judge which scene you like better."
        ),
        spoil="resetting",
        training=(
            "Both clips show the same scene. In one of them the picture jumps back again and again, so "
            "the other clip is freer of repetition and jumps."
        ),
    ),
    Question(
        id=PREFERENCE,
        text="Which clip looks more like a film of nature taken with a fixed camera?",
        definition=(
            "Judge the clip as a whole: whether the camera and the scene stay in place, whether the "
            "water, fire, smoke or rain keeps moving, and whether surfaces look natural until the end. "
            "There is no other rule; say what you see."
        ),
        spoil="frozen",
        training=(
            "Both clips show the same scene. In one of them nothing moves, so the other clip looks more "
            "like a film of nature."
        ),
    ),
)  # fmt: skip
QUESTIONS: Mapping[str, Question] = MappingProxyType({question.id: question for question in _ALL})
"""Every question by its id, in the order in which passes should be run: the overall preference last."""
OF_AXIS: Mapping[str, str] = MappingProxyType(
    {"drift": "stillness", "stagnation": "motion", "hardening": "texture"})
"""The question that asks about what a measured axis means, by axis."""
AXIS_OF: Mapping[str, str] = MappingProxyType(
    {"stillness": "drift", "motion": "stagnation", "texture": "hardening", LOOPS: "stagnation",
     PREFERENCE: "stagnation"})
"""The axis on which the damage of a question's content check shows, by question."""
