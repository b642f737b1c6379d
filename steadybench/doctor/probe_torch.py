"""Ask PyTorch about itself and its GPUs; run as a program, so that whatever it does ends with it.

Prints one line of JSON. A GPU is really computed on: a PyTorch that was not built for it says so only then.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    """Print what there is."""
    import torch

    told: dict[str, Any] = {"torch": torch.__version__, "cuda": torch.version.cuda, "error": "", "cards": []}
    try:
        told["available"] = torch.cuda.is_available()
        if torch.version.cuda and not told["available"]:
            torch.cuda.current_device()  # raises, and says why
        told["cards"] = [_card(number) for number in range(torch.cuda.device_count())]
    except Exception as error:  # noqa: BLE001 - what it says is what is asked for
        told["available"], told["error"] = False, str(error).strip().split("\n")[0]
    sys.stdout.write(json.dumps(told) + "\n")


def _card(number: int) -> dict[str, Any]:
    import torch

    facts = torch.cuda.get_device_properties(number)
    told: dict[str, Any] = {"name": facts.name, "total": facts.total_memory, "free": None, "error": ""}
    try:
        told["free"] = torch.cuda.mem_get_info(number)[0]
        numbers = torch.ones(64, 64, device=f"cuda:{number}", dtype=torch.bfloat16)
        if float((numbers @ numbers).sum()) != 64.0**3:
            told["error"] = "it multiplies wrongly"
    except Exception as error:  # noqa: BLE001 - same
        told["error"] = str(error).strip().split("\n")[0]
    return told


if __name__ == "__main__":
    main()
