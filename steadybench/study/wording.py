"""Names of methods in what raters read: refused before anything is made, by the rules of the scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from steadybench.errors import InputError
from steadybench.study.key import Key
from steadybench.study.scanning.known import Known, known
from steadybench.study.scanning.views import views


def check(texts: Mapping[str, str], key: Key) -> None:
    """Refuse texts and addresses that name what the study hides, in clear or in usual codings.

    Args:
        texts: by the option that gave each.
        key: of the study, or one that holds its systems.

    Raises:
        InputError: names all of them.
    """
    names = known(key)
    faults = [f"{option} names {', '.join(found)}" for option, text in texts.items()
              if (found := sorted(set(_within(text, names))))]
    if faults:
        raise InputError(f"Raters read this: {'; '.join(faults)}. Say it without names of methods, prompts "
                         "and runs.")


def _within(text: str, names: Known) -> Iterator[str]:
    for _, view in views(text):
        yield from (spelled for _, spelled in names.within(view))
    if alone := names.alone(text):
        yield alone.text
