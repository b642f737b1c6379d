"""What the VBench panels say about themselves."""

from __future__ import annotations

from metrics.declaration import Change, Declaration, Needs
from metrics.vbench import long, panel

_SOURCE = "the code of Vchitect/VBench at revision 45e79ec; our deviations are listed in `docs/panels.md`"
_FAULTS = (
    "A frozen clip gets the best consistency, flickering and smoothness: read dynamic degree beside them.",
    "Imaging quality rises with over-sharpening.",
    "Nothing here knows what should stand still: a medium that moves more lowers consistency.",
    "Dynamic degree's thresholds grow with the picture, so resizing a clip changes it.",
)
_FLOW = "RAFT large, for dynamic degree"

DECLARED = {
    panel.NAME: Declaration(
        name=panel.NAME,
        module="metrics.vbench.panel",
        version=panel.VERSION,
        question="What does VBench's stock protocol say of the whole clip?",
        definition="Seven quality dimensions of VBench on every frame of the whole clip, and their parts.",
        quantities=panel.QUANTITIES,
        valid_when="The weights of a dimension are here and the clip has two frames or more.",
        needs=Needs("none", _FLOW, 0, "any; all frames, and about 8 a second for dynamic degree", "panels"),
        responds_to=("what the dimensions' networks respond to; shown for comparison with published tables",),
        ignores=(),
        known_failures=_FAULTS,
        history=(Change(1, "2026-11-22", "First version."),),
        source=_SOURCE,
    ),
    long.NAME: Declaration(
        name=long.NAME,
        module="metrics.vbench.long",
        version=long.VERSION,
        question="What does VBench-Long's protocol of 2 s pieces say of the clip?",
        definition="The same dimensions on pieces of 2 s, put together as VBench-Long does.",
        quantities=long.QUANTITIES,
        valid_when="The weights of a dimension are here and the clip has a piece of 2 s.",
        needs=Needs("none", _FLOW, 2, "any; all frames, and about 8 a second for dynamic degree", "panels"),
        responds_to=("what the dimensions' networks respond to; shown for comparison with published tables",),
        ignores=(),
        known_failures=(*_FAULTS, "Slow drift hides: no piece is longer than 2 s."),
        history=(Change(1, "2026-11-22", "First version."),),
        source=_SOURCE,
    ),
}
