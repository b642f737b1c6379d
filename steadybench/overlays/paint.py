"""From what the measurements see to pictures: colours, patterns and arrows, each with a stated scale."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from metrics.masks import MEDIUM, OVERLAY, SUPPORT, Labels

Picture = NDArray[np.uint8]
"""uint8 (h, w, 3), red-green-blue."""
Velocity = NDArray[np.float32]
"""float32 (h, w, 2): x, y in frame widths a second, y downwards."""

FULL_SPEED = 0.06
"""Frame widths a second at which a colour of the flow is at its strongest."""
ARROW_SPEED = 0.012
"""Frame widths a second from which an arrow is drawn; what flow reports on a still picture lies below."""
GAIN = 3
"""Factor by which change is shown stronger than it is."""
ROLES: Mapping[int, tuple[str, tuple[int, int, int]]] = {
    SUPPORT: ("still support", (0, 114, 178)),
    MEDIUM: ("moving medium", (230, 159, 0)),
    OVERLAY: ("precipitation over support", (204, 121, 167)),
}
"""Name and colour of each role; each has a pattern of its own too, see :func:`_pattern`."""
_ARROW_STEP, _ARROW_S, _ARROW_SHORTEST, _ARROW_LONGEST = 24, 1.0, 7.0, 20.0
_FILL, _LINE = 70, 200
_PATTERN_PX = 10
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def flow_picture(velocity: Velocity, size: tuple[int, int]) -> Picture:
    """Paint flow: colour is direction, brightness is speed, arrows repeat the direction.

    Args:
        velocity: speed and direction of every pixel.
        size: width and height of the picture.

    """
    field = np.asarray(cv2.resize(velocity, size, interpolation=cv2.INTER_LINEAR), np.float32)
    picture = _direction_colours(field)
    for x, y, tip_x, tip_y in _arrows(field):
        for colour, width in ((_BLACK, 3), (_WHITE, 1)):
            cv2.arrowedLine(picture, (x, y), (tip_x, tip_y), colour, width, cv2.LINE_AA, 0, 0.35)
    return picture


def _direction_colours(field: NDArray[np.float32]) -> Picture:
    speed = np.hypot(field[..., 0], field[..., 1])
    angle = np.degrees(np.arctan2(field[..., 1], field[..., 0])) % 360
    value = np.minimum(1, speed / FULL_SPEED)
    hsv = np.stack([angle, np.full_like(angle, 0.85), value], axis=-1).astype(np.float32)
    return np.rint(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255).astype(np.uint8)


def _arrows(field: NDArray[np.float32]) -> list[tuple[int, int, int, int]]:
    """Start and tip of an arrow at every grid point that moves, in pixels."""
    height, width = field.shape[:2]
    half = _ARROW_STEP // 2
    found = []
    for y in range(half, height, _ARROW_STEP):
        for x in range(half, width, _ARROW_STEP):
            moved = np.median(field[y - half : y + half, x - half : x + half], axis=(0, 1))
            speed = float(np.hypot(moved[0], moved[1]))
            if speed >= ARROW_SPEED:
                length = min(_ARROW_LONGEST, max(_ARROW_SHORTEST, speed * _ARROW_S * width))
                dx, dy = moved / speed * length
                found.append((x, y, round(x + float(dx)), round(y + float(dy))))
    return found


def wheel(side: int = 96) -> Picture:
    """Paint the key of the flow's colours: directions around the middle, full strength at the rim."""
    axis = np.linspace(-1, 1, side, dtype=np.float32) * FULL_SPEED
    field = np.stack(np.meshgrid(axis, axis), axis=-1)
    picture = _direction_colours(field)
    picture[np.hypot(field[..., 0], field[..., 1]) > FULL_SPEED] = 128
    return picture


def change_picture(now: Picture, reference: Picture, size: tuple[int, int]) -> Picture:
    """Paint the absolute difference of two pictures, :data:`GAIN` times as strong, at another size.

    Of the three channels the one that changed most counts; black is no change, light yellow the most.
    """
    change = np.asarray(cv2.absdiff(now, reference), np.uint8).max(axis=2)
    return _heat(np.asarray(cv2.resize(change, size, interpolation=cv2.INTER_LINEAR), np.uint8))


def _heat(change: NDArray[np.uint8]) -> Picture:
    strong = np.minimum(255, change.astype(np.uint16) * GAIN).astype(np.uint8)
    # Lightness of this map only ever rises, so it reads the same without its colours.
    return np.ascontiguousarray(cv2.applyColorMap(strong, cv2.COLORMAP_INFERNO)[..., ::-1])


def ramp(width: int = 192, height: int = 20) -> Picture:
    """Paint the key of change: none at the left, at the right what shows as strongest."""
    row = np.rint(np.linspace(0, 255 / GAIN, width)).astype(np.uint8)
    return _heat(np.tile(row, (height, 1)))


def mask_picture(labels: Labels, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Paint a label map as uint8 (h, w, 4): a colour and a pattern for each role, nothing elsewhere."""
    roles = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    picture = np.zeros((*roles.shape, 4), np.uint8)
    for role, (_, colour) in ROLES.items():
        inside = roles == role
        picture[inside, :3] = colour
        picture[inside, 3] = np.where(_pattern(role, inside.shape)[inside], _LINE, _FILL)
    return picture


def swatch(role: int, side: int = 40) -> NDArray[np.uint8]:
    """Paint the key of one role, uint8 (side, side, 4)."""
    return mask_picture(np.full((side, side), role, np.uint8), (side, side))


def _pattern(role: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Lines rising, dots, or lines falling: roles can be told apart without their colours."""
    y, x = np.indices(shape)
    if role == SUPPORT:
        return np.asarray((x + y) % _PATTERN_PX < 2)
    if role == OVERLAY:
        return np.asarray((x - y) % _PATTERN_PX < 2)
    shifted = x + (y // _PATTERN_PX % 2) * (_PATTERN_PX // 2)
    return np.asarray((shifted % _PATTERN_PX < 3) & (y % _PATTERN_PX < 3))


def png(picture: NDArray[np.uint8]) -> bytes:
    """Encode a picture with three or four channels as PNG."""
    order = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    done, data = cv2.imencode(".png", cv2.cvtColor(picture, order), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as PNG")
    return data.tobytes()
