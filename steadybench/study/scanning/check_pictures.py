"""What is burnt into pictures: watermarks, logos and captions that clips of many prompts share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from steadybench.study.scanning.case import Case
from steadybench.study.scanning.export import clip_path, groups
from steadybench.study.scanning.finding import Finding
from steadybench.study.scanning.pictures import Still, still

_CELLS, _RING, _LEAST = 8, 2, 24
"""Cells along a side of the picture; of these so many from each edge are looked at; pixels of a cell's side
at least."""
_BLUR = 9
"""Pixels of the neighbourhood whose mean is taken away, so that lines and letters remain."""
_CLIP, _FLAT = 24.0, 1.5
"""Code values beyond which an edge counts no more; spread below which a cell holds nothing."""
_PLAIN, _ALIKE, _SIGMAS = 0.5, 0.3, 6.0
"""Mean correlation with the likest clips of all other prompts that is a mark by itself; and that which is one
where it also lies so many standard deviations above what clips usually have at that place."""
_OTHER = 0.6
"""Share of the marks' likeness below which a clip shows something else."""
_STEADY = 0.02
"""Least standard deviation that is believed."""
_FEWEST = 4
"""Prompts below which likeness says nothing."""
_SHOWN = 3
"""Prompts that a mark must be seen in: two clips can be alike by chance."""
_ABOVE = 0.1
"""How far a mark must lie above the highest likeness to pictures with light and dark exchanged. Scenes are as
often like those by chance, and no mark is."""


def pictures(case: Case) -> Iterator[Finding]:
    """Marks at one place of the picture whatever the prompt, but not in all clips of a prompt."""
    stills, faults = _stills(case)
    yield from (Finding("pictures", clip_path(token), fault, "Export again.")
                for token, fault in faults.items())  # fmt: skip
    yield from _bars(case, stills)
    examples = {token for question in (case.export.study.questions if case.export.study else ())
                for token in (question.example_left, question.example_right)}  # fmt: skip
    moving = {token for token, clip in case.export.clips.items() if clip.repeats} & stills.keys()
    compared = [sorted(group & moving) for group in groups(case.export) if not group & examples]
    judged = [group for group in compared if len(group) > 1]
    if 0 < len(judged) < _FEWEST:
        told = f"clips of {len(judged)} prompts; marks can be told from scenes with {_FEWEST} prompts or more"
        yield Finding("pictures", "", told, "Look for watermarks, logos and captions yourself.", leak=False)
    for token, where in sorted(_marked(stills, judged).items()):
        told = f"the same mark {where} as in clips of other prompts, and not in those it is compared with"
        do = (
            "Look at it. A watermark, logo or caption names the method: leave such clips out for both "
            "systems (study plan --exclude) and export again; if it is part of the scene, scan with --allow "
            "pictures."
        )
        yield Finding("pictures", clip_path(token), told, do)


def _stills(case: Case) -> tuple[dict[str, Still], dict[str, str]]:
    found, faults = {}, {}
    for token in sorted(case.export.clips):
        try:
            found[token] = still(case.export.root / clip_path(token))
        except ValueError as error:
            faults[token] = str(error)
    return found, faults


def _bars(case: Case, stills: Mapping[str, Still]) -> Iterator[Finding]:
    """Remark on bars that only some clips of a prompt have."""
    for group in groups(case.export):
        held = {token: stills[token].bars for token in sorted(group & stills.keys())}
        if len(set(held.values())) > 1 and any(map(any, held.values())):
            token = next(token for token, bars in held.items() if any(bars))
            told = "it has neutral bars, and clips that it is compared with have others or none"
            do = (
                "Nothing removes it but clips of one shape. Name it in the paper, with the attributes that "
                "could not be blinded."
            )
            yield Finding("pictures", clip_path(token), told, do, leak=False)


def _marked(stills: Mapping[str, Still], compared: Sequence[Sequence[str]]) -> dict[str, str]:
    """Clips with a mark, and where it stands."""
    tokens = [token for group in compared for token in group]
    if len(compared) < _FEWEST or len({stills[token].luma.shape for token in tokens}) != 1:
        return {}
    owner = np.repeat(np.arange(len(compared)), [len(group) for group in compared])
    edges = np.stack([_edges(stills[token]) for token in tokens])
    likeness, chance = {}, 0.0
    for where, rows, columns in _cells(edges.shape[1], edges.shape[2]):
        alike = _correlations(edges[:, rows, columns].reshape(len(tokens), -1))
        likeness[where] = _likeness(alike, owner)
        chance = max(chance, float(_likeness(-alike, owner).max()))
    found: dict[str, str] = {}
    for where, own in likeness.items():
        for index in _shared(own, owner, chance + _ABOVE):
            found.setdefault(tokens[index], where)
    return found


def _shared(likeness: NDArray[np.float64], owner: NDArray[np.intp], chance: float) -> list[int]:
    """Clips whose cell comes again in the other prompts, while others of its prompt show something else."""
    usual = np.median(likeness)
    spread = max(_STEADY, 1.4826 * float(np.median(np.abs(likeness - usual))))
    apart = likeness >= usual + _SIGMAS * spread
    marked = ((likeness >= _PLAIN) | ((likeness >= _ALIKE) & apart)) & (likeness >= chance)
    if not marked.any():
        return []
    least = _OTHER * float(np.median(likeness[marked]))
    telling = np.array([(likeness[owner == group] < least).any() for group in range(owner.max() + 1)])
    found = np.flatnonzero(marked & telling[owner])
    return [int(i) for i in found] if len(set(owner[found])) >= _SHOWN else []


def _correlations(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Between all clips, of one cell."""
    centred = cells - cells.mean(axis=1, keepdims=True)
    flat = centred.std(axis=1) < _FLAT
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    unit[flat] = 0.0
    return np.asarray(unit @ unit.T, np.float32)


def _likeness(alike: NDArray[np.float32], owner: NDArray[np.intp]) -> NDArray[np.float64]:
    """Mean over the other prompts of the correlation with the likest clip of each, by clip."""
    best = np.stack([alike[:, owner == group].max(axis=1) for group in range(owner.max() + 1)], axis=1)
    best[np.arange(len(owner)), owner] = 0.0
    return np.asarray(best.sum(axis=1) / owner.max(), np.float64)


def _edges(own: Still) -> NDArray[np.float32]:
    """(H, W) lines and letters; nothing at bars, whose borders are the same in all clips of one shape."""
    import cv2

    edges = own.luma - cv2.blur(own.luma, (_BLUR, _BLUR))
    top, bottom, left, right = (bar + _BLUR if bar else 0 for bar in own.bars)
    height, width = edges.shape
    kept = np.zeros_like(edges)
    inner = np.s_[top : height - bottom, left : width - right]
    kept[inner] = np.clip(edges[inner], -_CLIP, _CLIP)
    return kept


def _cells(height: int, width: int) -> Iterator[tuple[str, slice, slice]]:
    """Cells along the border, half over each other, with words for where they lie."""
    tall, wide = max(_LEAST, height // _CELLS), max(_LEAST, width // _CELLS)
    for top in range(0, height - tall + 1, tall // 2):
        for left in range(0, width - wide + 1, wide // 2):
            deep = min(top, left, height - tall - top, width - wide - left)
            if deep < min(tall, wide) * (_RING - 1):
                where = f"at {left},{top} ({wide}x{tall} pixels)"
                yield where, slice(top, top + tall), slice(left, left + wide)
