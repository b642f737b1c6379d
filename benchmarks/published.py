"""``make bench-gpu``: what the network of the published size costs on this GPU, without any published weight.

Speed and memory do not depend on what the weights say, so they are random and seeded. For every method, in
its configuration for long videos: the latents of a minute of video in bfloat16, latent frames a second, times
real time, peak memory, and beside them the floor that exact FLOPs and bytes set on a known card and the
memory that ``doctor`` and ``plan`` tell. Then four minutes of streamed decoding.

Writes ``published.md`` and ``published.json``. ``--quick`` runs everything at a reduced size, on a CPU too;
its speeds mean nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import torch

from benchmarks.engine import METHODS
from benchmarks.published_runs import Place, codec_of, decoded, every, published, reduced
from benchmarks.published_table import figures, markdown
from generators.contract import GeneratorError
from generators.engine.machine import parse_device
from steadybench.outlook.gpus import Card, matches


def main(words: list[str] | None = None) -> int:
    """Run, write both files, print the page."""
    chosen = _parser().parse_args(words)
    try:
        device = parse_device(chosen.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        methods = _methods(chosen.methods)
    except GeneratorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if device.type == "cpu" and not chosen.quick:
        print(
            "error: PyTorch sees no CUDA device, and on a CPU the published size takes days; "
            "use --quick for the reduced size",
            file=sys.stderr,
        )
        return 2
    place = reduced(device) if chosen.quick else published(device)
    card = _card(device) if place.published else None
    machine = _machine(place)
    rows = []
    for row in every(place, methods, chosen.seconds):
        print(f"{row.row}: {row.fault or f'{row.latents} latent frames in {row.seconds:.1f} s'}", flush=True)
        rows.append(row)
    decode = decoded(place, codec_of(place), chosen.decode_seconds) if chosen.decode_seconds else None
    page = markdown(machine, rows, decode, card)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "published.md").write_text(page, encoding="utf-8")
    told = json.dumps(figures(machine, rows, decode, card), indent=2)
    (chosen.out / "published.json").write_text(f"{told}\n", encoding="utf-8")
    print(page)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.published", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="reduced sizes, seconds on a CPU")
    parser.add_argument("--device", help="cpu, cuda or cuda:N; by default a GPU where there is one")
    parser.add_argument("--methods", default=",".join(METHODS), help="names, with commas between")
    parser.add_argument("--seconds", type=float, default=60.0, help="of video per method (default 60)")
    parser.add_argument(
        "--decode-seconds", type=float, default=240.0, help="of video to decode (default 240); 0 for none"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/published"), help="folder for the two files")
    return parser


def _methods(words: str) -> tuple[str, ...]:
    named = tuple(word.strip() for word in words.split(",") if word.strip())
    unknown = [name for name in named if name not in METHODS]
    if unknown or not named:
        raise GeneratorError(
            f"--methods: unknown {', '.join(unknown)}; expected some of {', '.join(METHODS)}"
        )
    return named


def _machine(place: Place) -> dict[str, str]:
    """What the figures depend on, and when they were made."""
    found = {
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "device": _name(place.device),
        "driver": _driver(place.device),
        "torch": f"{torch.__version__}, CUDA {torch.version.cuda or 'none'}",
        "Python": f"{platform.python_version()} on {platform.platform()}",
        "numbers": str(place.dtype).removeprefix("torch."),
        "size": "published" if place.published else "reduced; speeds mean nothing",
    }
    return {name: value for name, value in found.items() if value}


def _name(device: torch.device) -> str:
    if device.type == "cpu":
        return f"CPU, {torch.get_num_threads()} threads"
    memory = torch.cuda.get_device_properties(device).total_memory
    return f"{torch.cuda.get_device_name(device)}, {memory / 2**30:.1f} GiB"


def _driver(device: torch.device) -> str:
    program = shutil.which("nvidia-smi")
    if device.type == "cpu" or program is None:
        return ""
    asked = [program, "--query-gpu=driver_version", "--format=csv,noheader"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip().partition("\n")[0]


def _card(device: torch.device) -> Card | None:
    """The card in the table, where its name leaves no doubt."""
    found = matches(torch.cuda.get_device_name(device)) if device.type == "cuda" else ()
    return found[0] if len(found) == 1 else None


if __name__ == "__main__":
    sys.exit(main())
