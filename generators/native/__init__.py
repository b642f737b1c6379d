"""The authors' own programs, untouched, in the user's checkouts and Python environments.

One declaration a method says what is run and what goes wrong; one runner serves them all. Importing this
loads neither PyTorch nor PyAV.
"""

from generators.native.adapter import NativeProgram, NativeWarning, create
from generators.native.catalogue import configurations, find, methods
from generators.native.checks import inspect
from generators.native.declaration import Declaration
from generators.native.finding import Finding
from generators.native.settings import MethodSettings, Settings, default_file, read_settings

__all__ = [
    "Declaration",
    "Finding",
    "MethodSettings",
    "NativeProgram",
    "NativeWarning",
    "Settings",
    "configurations",
    "create",
    "default_file",
    "find",
    "inspect",
    "methods",
    "read_settings",
]
