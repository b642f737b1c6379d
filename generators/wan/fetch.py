"""Bring published files from the Hugging Face hub, and check them against what the hub says they are."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from generators.contract import GeneratorError
from generators.wan import files, looks, table
from generators.wan.digests import Record, digest_of, is_sha256, models_folder, record
from generators.wan.table import HubFile

ROOM = 1_000_000_000
"""Bytes of the disk that downloads leave free."""
LOCK = ".fetch.lock"
_CHUNK = 1 << 20
_SHOWN = 12

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Offer:
    """A file as the hub has it."""

    file: HubFile
    path: str
    """Path in the repository."""
    commit: str
    etag: str
    """SHA-256 of a large file; the git SHA-1 of a small one."""
    size: int


def fetch(names: Sequence[str], say: Say) -> tuple[str, ...]:
    """Bring the files of checkpoints into the folder of models; what is here and right is left alone.

    A connection that breaks is taken up where it stopped; where a command was ended, newer releases of the
    hub's library begin that file again. A file is right if its SHA-256 is the one that
    the hub records, which is then written down beside the models. A whole file of another content is never
    replaced.

    Args:
        names: checkpoints, or ``wan-base`` for what all of them need.
        say: takes one line for people.

    Returns:
        What went wrong, a line for every file or for the disk; empty if all are here and right.

    Raises:
        GeneratorError: a name is not in the table, or the hub's library is missing.
    """
    missing = _lacking(files_of(names), say)
    if not missing:
        return ()
    if files.is_offline():
        return tuple(f"{file.name}: {found.fault}" for file, found in missing)
    hub = _library()
    with _alone(say) as waited:
        return _fetch(hub, _lacking([file for file, _ in missing], say) if waited else missing, say)


def _lacking(wanted: Iterable[HubFile], say: Say) -> list[tuple[HubFile, files.Found]]:
    """Files that are not here, or not right."""
    missing = []
    for file in wanted:
        found = files.find(file)
        if found.condition == "good":
            say(f"{file.name}: here already, {found.path}")
        else:
            missing.append((file, found))
    return missing


@contextmanager
def _alone(say: Say) -> Iterator[bool]:
    """One fetch into a folder at a time, for the hub's library takes away the file that another has brought.

    Gives whether another one had to be waited for.
    """
    waited = False
    with ExitStack() as stack:
        with suppress(OSError):  # a folder that cannot be written is told with the files, or has no locks
            models_folder().mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((models_folder() / LOCK).open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another fetch is under way here; waiting for its end")
                waited = True
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield waited


def _fetch(hub: ModuleType, missing: Iterable[tuple[HubFile, files.Found]], say: Say) -> tuple[str, ...]:
    """Bring files; what went wrong, as :func:`fetch` says it."""
    faults, offers = [], []
    for file, found in missing:
        try:
            offer = _offer(hub, file, say)
            if not _stands(offer, found, say):
                offers.append(offer)
        except (GeneratorError, OSError) as fault:
            faults.append(f"{file.name}: {fault}")
    if told := _no_room(offers):
        return (*faults, told)
    for offer in offers:
        try:
            _bring(hub, offer, say)
        except (GeneratorError, OSError) as fault:
            faults.append(f"{offer.file.name}: {fault}")
    return tuple(faults)


def files_of(names: Iterable[str]) -> tuple[HubFile, ...]:
    """Files of checkpoints by name, and of ``wan-base``, each once.

    Raises:
        GeneratorError: some names are not in the table; all of them are named.
    """
    known = {name: row.files for name, row in table.published().items()}
    known[table.BASE_NAME] = table.base().files
    if unknown := [name for name in names if name not in known]:
        raise GeneratorError(f"no checkpoint is called {', '.join(unknown)}; there are: {', '.join(known)}")
    places = {(file.repo, file.path): file for name in names for file in known[name]}
    return tuple(places.values())


def _library() -> ModuleType:
    try:
        import huggingface_hub
    except ImportError as error:
        raise GeneratorError(
            "checkpoints are fetched with huggingface_hub, which is not installed; "
            "run: pip install 'steadybench[wan]'"
        ) from error
    return huggingface_hub


def _offer(hub: ModuleType, file: HubFile, say: Say) -> _Offer:
    """Ask the hub for a file, at the table's revision or else the newest, under its names in turn."""
    from huggingface_hub import errors

    for revision in dict.fromkeys((file.revision, "main")):
        for path in file.paths:
            try:
                address = hub.hf_hub_url(file.repo, path, revision=revision)
                told = hub.get_hf_file_metadata(address)
            except (errors.EntryNotFoundError, errors.RevisionNotFoundError):
                continue
            except Exception as error:
                raise GeneratorError(f"the hub does not give {file.repo}: {_one_line(error)}") from error
            if told.etag is None or told.size is None or told.commit_hash is None:
                raise GeneratorError(f"the hub does not say what {file.repo}/{path} is; try again later")
            offer = _Offer(file, path, told.commit_hash, told.etag, told.size)
            _remark(offer, revision, say)
            return offer
    raise GeneratorError(f"{file.repo} has no {' or '.join(file.paths)}{_listing(hub, file.repo)}")


def _remark(offer: _Offer, revision: str, say: Say) -> None:
    file = offer.file
    if revision != file.revision:
        say(f"Warning: {file.name}: not at revision {file.revision} of {file.repo}; the newest is taken")
    if is_sha256(offer.etag) and file.sha256 not in {"", offer.etag}:
        say(
            f"Warning: {file.name}: the hub's file has SHA-256 {offer.etag}, {file.sha256} is known here; "
            "the authors have replaced it, or this table is wrong. The hub's is taken and recorded."
        )


def _listing(hub: ModuleType, repo: str) -> str:
    """What a repository holds instead, as the end of a sentence."""
    try:
        names = [
            name for name in hub.HfApi().list_repo_files(repo) if Path(name).suffix in {".pt", ".safetensors"}
        ]
    except Exception:  # noqa: BLE001 - it would only have helped
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"; it has {', '.join(names[:_SHOWN]) or 'no such files'}{more}"


def _stands(offer: _Offer, found: files.Found, say: Say) -> bool:
    """Whether a file that is here is the hub's, and only nobody had said so.

    Raises:
        GeneratorError: it is a whole file of another content, which is not replaced.
    """
    if not found.sha256 or found.path not in {
        models_folder() / offer.file.repo / p for p in offer.file.paths
    }:
        return False
    if not _is_right(found.path, offer.etag):
        raise GeneratorError(
            f"{found.path} is another file than the hub's (SHA-256 {found.sha256}); "
            "move it away and fetch again"
        )
    _record(offer, found.sha256)
    say(f"{offer.file.name}: here already, and the hub's")
    return True


def _no_room(offers: Sequence[_Offer]) -> str:
    """Why the disk is too small; empty if it is not."""
    folder = next(place for place in (models_folder(), *models_folder().parents) if place.is_dir())
    free = shutil.disk_usage(folder).free
    need = sum(offer.size for offer in offers) + ROOM
    if not offers or need <= free:
        return ""
    names = ", ".join(f"{offer.file.name} {looks.told(offer.size)}" for offer in offers)
    return (
        f"{models_folder()} has {looks.told(free)} free, and {looks.told(need)} are needed ({names}, and "
        f"{looks.told(ROOM)} to spare); free some space, or name another folder in STEADYBENCH_MODELS"
    )


def _bring(hub: ModuleType, offer: _Offer, say: Say) -> None:
    file = offer.file
    say(f"{file.name}: {looks.told(offer.size)} from {file.repo}, {offer.path}")
    folder = models_folder() / file.repo
    try:
        folder.mkdir(parents=True, exist_ok=True)
        hub.hf_hub_download(file.repo, offer.path, revision=offer.commit, local_dir=folder)
    except Exception as error:
        raise GeneratorError(
            f"{offer.path} could not be downloaded: {_one_line(error)}; run the same command again"
        ) from error
    path = folder / offer.path
    if path.stat().st_size != offer.size or not _is_right(path, offer.etag):
        path.unlink()
        raise GeneratorError(
            f"{offer.path} came with other bytes than the hub says; run the same command again"
        )
    digest = digest_of(path)
    _record(offer, digest)
    say(f"{file.name}: {path}, SHA-256 {digest}")


def _record(offer: _Offer, sha256: str) -> None:
    record(f"{offer.file.repo}/{offer.path}", Record(sha256, offer.size, offer.commit))


def _is_right(path: Path, etag: str) -> bool:
    """Whether a file is the one of this tag: SHA-256 of a large file, git's SHA-1 of a small one."""
    if is_sha256(etag):
        return digest_of(path) == etag
    size = path.stat().st_size
    digest = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as stream:
        while data := stream.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest() == etag


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
