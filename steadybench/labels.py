"""Label maps on disk: 8-bit grey PNG, 0 ignore, 1 support, 2 medium, 3 overlay."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROLES = (0, 1, 2, 3)


def read(path: Path) -> NDArray[np.uint8]:
    """Read a label map.

    Returns:
        uint8, shape (H, W), values 0 to 3.

    Raises:
        InputError: the file is no 8-bit grey PNG or holds other values.
    """
    import cv2
    import numpy as np

    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read the mask {path}: {error.strerror}.") from None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    expected = "expected an 8-bit grey PNG with the values 0 ignore, 1 support, 2 medium, 3 overlay"
    if image is None:
        raise InputError(f"The mask {path} is no image; {expected}.")
    if image.ndim != 2 or image.dtype != np.uint8:
        kind = f"{image.dtype} with shape {image.shape}"
        raise InputError(f"The mask {path} is {kind}; {expected}, one channel, no alpha, no palette.")
    others = sorted(set(np.unique(image).tolist()) - set(ROLES))
    if others:
        raise InputError(f"The mask {path} holds the values {others[:8]}; {expected}.")
    return np.ascontiguousarray(image, dtype=np.uint8)


def png(labels: NDArray[np.uint8]) -> bytes:
    """Encode a label map of uint8, shape (H, W), as PNG."""
    import cv2

    done, data = cv2.imencode(".png", labels)
    if not done:
        raise ValueError(
            f"a label map of shape {labels.shape} and type {labels.dtype} cannot be written as PNG"
        )
    return data.tobytes()


def digest(labels: NDArray[np.uint8]) -> str:
    """SHA-256 over shape and bytes: the mask's part in a record's key."""
    head = f"{labels.shape[0]}x{labels.shape[1]}:".encode()
    return hashlib.sha256(head + labels.tobytes()).hexdigest()
