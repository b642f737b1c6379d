"""The VBench panel with random weights, against the bare forward passes of its networks.

All figures are CPU seconds of one process with one thread, taken in one run on the same frames. ``bare``
calls the networks' own forward passes, torchvision's RAFT among them, on inputs that were prepared before: no
decoding, no resizing. ``separate`` decodes the clip once for each dimension, as VBench does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from benchmarks.clips import rendered
from metrics.clip import ClipReader
from metrics.packets import counted
from metrics.panel import Footing
from metrics.vbench import panel
from metrics.vbench.long import VBenchLong
from metrics.vbench.panel import VBench

SECONDS = {True: 0.5, False: 2.5}
"""Length of the clip, by ``quick``; 832x480 at 16 frames a second."""


def vbench(folder: Path, *, quick: bool) -> dict[str, float]:
    """Figures of the panel; empty where its packages are not installed."""
    try:
        import torch

        networks = _networks()
    except ImportError:
        return {}
    torch.set_num_threads(1)
    clip = rendered(folder, "river", SECONDS[quick])
    names = [field.name for field in fields(networks) if field.name != "device"]
    whole = _cpu(lambda: _panel(clip, networks))
    bare = _cpu(_bare(clip, networks))
    both = _cpu(lambda: _panel(clip, networks, with_long=True))
    separate = sum(_cpu(lambda name=name: _panel(clip, _only(networks, name))) for name in names)  # type: ignore[misc]
    return {
        "vbench_panel_cpu_s_per_video_second": whole / SECONDS[quick],
        "vbench_panel_to_bare_networks": whole / bare,
        "vbench_separate_passes_to_panel": separate / whole,
        "vbench_and_long_to_panel": both / whole,
    }


def _networks() -> Any:
    import torch

    from metrics.networks import aesthetic, amt, clip, dino, musiq, raft
    from metrics.networks.looking import Networks

    torch.manual_seed(0)
    beauty = aesthetic.AestheticTower(clip.ImageTower("ViT-L/14"), aesthetic.Aesthetic())
    made = [clip.ImageTower("ViT-B/32"), dino.Dino(), beauty, musiq.Musiq(), raft.untrained(), amt.AmtS()]
    return Networks("cpu", *(network.eval() for network in made))


def _only(networks: Any, name: str) -> Any:
    others = {field.name for field in fields(networks)} - {"device", name}
    return replace(networks, **dict.fromkeys(others))


def _panel(clip: Path, networks: Any, *, with_long: bool = False) -> None:
    packets = counted(clip)
    with ClipReader(clip) as reader:
        footing = Footing(reader.header, packets.fps, packets.frames)
        engine = panel.new_engine(networks, footing)
        protocols = [VBench(footing, engine, {}), *([VBenchLong(footing, engine, {})] if with_long else [])]
        for frame in reader:
            for protocol in protocols:
                protocol.add(frame)
    for protocol in protocols:
        protocol.finish()


def _bare(clip: Path, networks: Any) -> Callable[[], None]:
    """The same networks on inputs that lie ready: frames in batches of 8, pairs one by one."""
    import torch

    from metrics.networks import raft, views

    with ClipReader(clip) as reader:
        pictures = [frame.rgb_native() for frame in reader]
    x = views.tensor(pictures)
    shown = {
        "background": views.for_clip(x), "aesthetic": views.for_clip(x), "subject": views.for_dino(x),
        "imaging": views.for_musiq(x),
    }  # fmt: skip
    ready, unit = raft.prepared(x), x / 255.0

    def work() -> None:
        with torch.inference_mode():
            for name, view in shown.items():
                for i in range(0, len(view), 8):
                    getattr(networks, name)(view[i : i + 8])
            for i in range(2, len(x), 2):
                networks.flow(ready[i - 2 : i - 1], ready[i : i + 1], num_flow_updates=raft.UPDATES)
                networks.middle(unit[i - 2 : i - 1], unit[i : i + 1])

    return work


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
