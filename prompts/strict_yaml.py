"""YAML as plain data only, with a repeated key reported instead of silently winning."""

from __future__ import annotations

from typing import Any

import yaml


class _StrictLoader(yaml.SafeLoader):
    """The safe loader, refusing a mapping that names a key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                problem = f"key {key!r} occurs twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key if isinstance(key, str) else id(key_node))
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str) -> object:
    """Plain data from one YAML document.

    Raises ``ValueError`` with line and column where the text is not YAML, names a key twice, holds an
    impossible date or nests too deeply to read.
    """
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (derived from SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"not readable as YAML: {error}") from error
    except RecursionError as error:
        raise ValueError("not readable as YAML: nested too deeply") from error
