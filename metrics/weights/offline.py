"""``STEADYBENCH_OFFLINE=1``: whatever reaches for the network gets an error that names the missing file.

Our own downloads ask :func:`metrics.weights.store.is_offline`. Libraries do not: torch hub, torchvision,
open_clip and huggingface_hub download behind a constructor. Python tells of every connection before it is
made (PEP 578), whoever makes it, so one audit hook stops them all.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

from metrics.errors import OfflineError, WeightsMissingError
from metrics.weights import missing, store, table

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_installed = False


@dataclass(slots=True)
class _Load:
    name: str
    refusal: WeightsMissingError | None = None


_load: ContextVar[_Load | None] = ContextVar("load", default=None)


def enforce() -> None:
    """Close the network to this process if ``STEADYBENCH_OFFLINE=1``; the rest of it stays as it is.

    Connections to this machine itself and between processes stay open, except to a proxy on it. Any other
    attempt then raises :class:`WeightsMissingError` where the file wanted is known, from the address or from
    :func:`loading`, else :class:`OfflineError`. While the variable has another value, nothing is closed.
    """
    global _installed  # the hook belongs to the process and cannot be taken out again
    if store.is_offline() and not _installed:
        _installed = True
        sys.addaudithook(_hook)


@contextmanager
def loading(name: str) -> Iterator[None]:
    """Say which entry of the table the code inside loads, for the error if it reaches for the network.

    Libraries that turn the error into one of their own still leave this block with ours.

    Raises:
        WeightsMissingError: the code inside failed after it was kept from the network.
    """
    load = _Load(name)
    token = _load.set(load)
    try:
        yield
    except Exception as fault:
        if load.refusal is None or fault is load.refusal:
            raise
        raise load.refusal from fault
    finally:
        _load.reset(token)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "urllib.Request":
        _check_address(str(arguments[0]))
    elif event == "socket.connect":
        _check_place(arguments[1])
    elif event == "socket.getaddrinfo":
        _check_place(arguments[:2])


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme in {"http", "https", "ftp"} and not _is_here(parts.hostname or ""):
        _refuse(address, parts.path.rpartition("/")[2])


def _check_place(place: object) -> None:
    """Check (host, port, ...); an address of another form is a socket between processes."""
    if not isinstance(place, tuple) or len(place) < 2 or place[0] is None:
        return
    host, port = place[0], place[1]
    host = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    if not _is_here(host) or (host, str(port)) in _local_proxies():
        _refuse(host, "")


def _is_here(host: str) -> bool:
    if host in {"", "localhost", "localhost.localdomain", "ip6-localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _local_proxies() -> set[tuple[str, str]]:
    """Host and port of the proxies that the environment names: the way out through this machine itself."""
    told = [os.environ.get(name) or os.environ.get(name.upper()) for name in _PROXIES]
    parts = [urlsplit(address if "//" in address else f"//{address}") for address in told if address]
    return {(part.hostname or "", str(part.port)) for part in parts}


def _refuse(where: str, file: str) -> None:
    """Raise the error for an attempt to reach ``where``, if the network is still forbidden."""
    if not store.is_offline():
        return
    load = _load.get()
    named = next((row.name for row in table.entries().values() if file and row.file == file), "")
    name = named or (load.name if load else "")
    if not name:
        raise OfflineError(
            f"STEADYBENCH_OFFLINE=1 forbids the network, and something tried to reach {where}; "
            "run: steadybench weights list, to see which files are missing"
        )
    refusal = _refusal(name, where)
    if load:
        load.refusal = refusal
    raise refusal


def _refusal(name: str, where: str) -> WeightsMissingError:
    found = store.find(table.entry(name))
    if found.condition != "good":
        return missing(found)
    return WeightsMissingError(
        name, f"{found.entry.file} ({found.entry.told_digest}) is here, but a library tried to fetch it from "
        f"{where} all the same, and STEADYBENCH_OFFLINE=1 forbids the network", "please report this",
    )  # fmt: skip
