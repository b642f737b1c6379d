"""What the task panel says about itself."""

from __future__ import annotations

from metrics.declaration import Change, Declaration, Needs
from metrics.task_panel import panel
from metrics.task_panel.plan import MIN_KEPT

DECLARED = {
    panel.NAME: Declaration(
        name=panel.NAME,
        module="metrics.task_panel.panel",
        version=panel.VERSION,
        question="What do the published metrics of drift and stagnation say, computed as coded?",
        definition=(
            "Displacement, flow and still-region statistics of SNF-Bench v1.1 (names with `_v10`: v1.0). "
            "Parity only: for comparison with published tables, with the faults that they have."
        ),
        quantities=panel.QUANTITIES,
        valid_when=f"At least {MIN_KEPT} frames are kept at about 8 a second.",
        needs=Needs(
            "none: regions come from the scored clip itself",
            "RAFT large as published, or DIS; the identity tells them apart",
            0,
            "any; every n-th frame, about 8 a second",
        ),
        responds_to=("what each number's name says, as far as the faults told with it allow",),
        ignores=(),
        known_failures=(
            "On their own suite these metrics reach selectivities of 0.20 to 1.84; none is a headline here.",
            "A frozen or replayed clip looks good to several of them.",
            "The fault of each number is told with its meaning.",
        ),
        history=(Change(1, "2026-11-22", "First version."),),
        source="SNF-Bench v1.1 and v1.0 as coded",
    ),
}
