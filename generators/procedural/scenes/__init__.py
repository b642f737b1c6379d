"""One file per scene; the names that people use for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.procedural.scenes.base import Scene, Setting
from generators.procedural.scenes.clouds import Clouds
from generators.procedural.scenes.fire import Fire
from generators.procedural.scenes.plume import Smoke, Steam
from generators.procedural.scenes.rain import Rain
from generators.procedural.scenes.river import River
from generators.procedural.scenes.snow import Snow
from generators.procedural.scenes.surf import Surf
from generators.procedural.scenes.waterfall import Waterfall

SCENES: Mapping[str, Callable[[Setting], Scene]] = MappingProxyType(
    {
        "clouds": Clouds,
        "fire": Fire,
        "rain": Rain,
        "river": River,
        "smoke": Smoke,
        "snow": Snow,
        "steam": Steam,
        "surf": Surf,
        "waterfall": Waterfall,
    }
)
"""Scene by name of its medium."""
