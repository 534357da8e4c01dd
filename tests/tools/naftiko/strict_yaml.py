"""YAML read so that nothing is forgiven: no key twice, no anchor and no alias."""

from __future__ import annotations

from typing import Any

import yaml


def read_strictly(text: str) -> Any:
    """Return what a YAML document holds.

    Raises:
        ValueError: It has a key twice, an anchor or an alias.
    """
    events: list[Any] = list(yaml.parse(text, Loader=yaml.SafeLoader))
    if anchors := [event.anchor for event in events if getattr(event, "anchor", None)]:
        raise ValueError(f"the anchor {anchors[0]}")
    _check_keys(yaml.compose(text, Loader=yaml.SafeLoader))
    return yaml.safe_load(text)


def _check_keys(node: Any) -> None:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        if twice := [key for key in keys if keys.count(key) > 1]:
            raise ValueError(f"the key {twice[0]} twice, {node.start_mark}")
        for _, value in node.value:
            _check_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check_keys(value)
