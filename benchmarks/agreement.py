"""``python -m benchmarks.agreement [PYTHON ...]``: how far numbers differ between machines, for the cards.

The golden clips are measured with this interpreter, once with and once without OpenCV's vector instructions,
and with any other interpreters named, such as those of an environment with older libraries. The largest
difference of each number is written to the data file that the cards read.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from metrics import card_data
from tests.golden import Golden, stored

VERSIONS = (
    "import av, cv2, numpy, platform; print(f'{platform.machine()}, OpenCV {cv2.__version__}, "
    "PyAV {av.__version__}, NumPy {numpy.__version__}')"
)


def measured(python: str, *options: str) -> dict[str, Golden]:
    """What an interpreter makes of the golden clips."""
    with tempfile.TemporaryDirectory(prefix="agreement-") as folder:
        found = Path(folder) / "found.json"
        subprocess.run([python, "-m", "tests.golden", "--dump", str(found), *options], check=True)
        return stored(found)


def differences(a: Mapping[str, Golden], b: Mapping[str, Golden]) -> Iterator[tuple[str, float]]:
    """Difference of every number on every clip; infinite where only one of two has a number."""
    for name, golden in a.items():
        for case, numbers in golden.cases.items():
            for metric, value in numbers.items():
                other = b[name].cases[case][metric]
                if isinstance(value, float) and isinstance(other, float):
                    yield metric, abs(value - other)
                else:
                    yield metric, 0.0 if value == other else float("inf")


def versions(python: str) -> str:
    done = subprocess.run([python, "-c", VERSIONS], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def main() -> int:
    """Measure all variants and write the largest differences from the first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("pythons", nargs="*", help="other interpreters to compare with")
    parser.add_argument("--out", type=Path, default=card_data.FOLDER / card_data.AGREEMENT)
    chosen = parser.parse_args()
    first = measured(sys.executable)
    others = {"the same without vector instructions": measured(sys.executable, "--plain")}
    others |= {versions(python): measured(python) for python in chosen.pythons}
    largest: dict[str, float] = {}
    for other in others.values():
        for metric, difference in differences(first, other):
            largest[metric] = max(largest.get(metric, 0.0), float(f"{difference:.3g}"))
    body = {
        "command": "python -m benchmarks.agreement",
        "variants": "; ".join([versions(sys.executable), *others]),
        "largest_difference": dict(sorted(largest.items())),
    }
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    print(chosen.out.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
