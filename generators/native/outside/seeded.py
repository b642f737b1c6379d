"""Run a program that takes no seed, seeded: ``python seeded.py SEED PROGRAM ARGUMENTS...``.

Runs in the program's own environment and knows nothing of ours. The program runs as it would by itself: it is
``__main__``, its folder is first on the path, its arguments are its own. The working folder is added at the
end of the path, so that packages beside the program are found without being installed.
"""

from __future__ import annotations

import os
import random
import runpy
import sys


def main() -> None:
    """Seed Python, NumPy and PyTorch with all its devices, then run the program."""
    import numpy
    import torch

    seed, program = int(sys.argv[1]), sys.argv[2]
    random.seed(seed)
    numpy.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    del sys.argv[:2]
    sys.path[0] = os.path.dirname(os.path.abspath(program))  # noqa: PTH100, PTH120
    sys.path.append(os.getcwd())  # noqa: PTH109
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
