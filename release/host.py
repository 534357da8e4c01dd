"""What a desktop host does with a bundle: unpacks it, puts the user's values in, starts it."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp import StdioServerParameters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from release.fresh_machine import FreshMachine

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Installed:
    """A bundle as a host has it.

    Args:
        folder: The one it was unpacked into.
        machine: The one it is started on.
    """

    folder: Path
    machine: FreshMachine

    @property
    def manifest(self) -> dict[str, Any]:
        """What the bundle says of itself."""
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return found

    def as_stated(self, filled: Mapping[str, str | bool]) -> StdioServerParameters:
        """Return how it is started by a host that follows the manifest's `mcp_config`."""
        stated = self._put_in(filled)
        return self._server(stated["command"], stated["args"], stated["env"])

    def by_entry_point(self, filled: Mapping[str, str | bool]) -> StdioServerParameters:
        """Return how it is started by a host that runs the entry point with uv, and takes variables alone.

        For the type `uv` the format leaves it to the host, and Claude Desktop does it this way.
        """
        arguments = ["run", "--directory", str(self.folder), self.manifest["server"]["entry_point"]]
        return self._server("uv", arguments, self._put_in(filled)["env"])

    def _server(self, command: str, arguments: list[str], env: dict[str, str]) -> StdioServerParameters:
        return StdioServerParameters(
            command=self.machine.program(command),
            args=arguments,
            env={**self.machine.environment, **env},
            cwd=self.machine.home,
        )

    def _put_in(self, filled: Mapping[str, str | bool]) -> dict[str, Any]:
        manifest = self.manifest
        values: dict[str, str] = {"__dirname": str(self.folder)}
        options: dict[str, dict[str, Any]] = manifest["user_config"]
        defaults = {name: option["default"] for name, option in options.items() if "default" in option}
        for name, value in {**defaults, **filled}.items():
            values[f"user_config.{name}"] = str(value).lower() if isinstance(value, bool) else str(value)
        return _with_values(manifest["server"]["mcp_config"], values)


def install(bundle: Path, folder: Path, machine: FreshMachine) -> Installed:
    """Unpack a bundle into a folder that is not there yet.

    Args:
        bundle: The file.
        folder: Where to.
        machine: The one that it will be started on.
    """
    folder.mkdir(parents=True)
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(folder)
    return Installed(folder, machine)


def _with_values(stated: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return a part of the manifest with its variables replaced; one without a value stays as it stands."""

    def value(found: re.Match[str]) -> str:
        return json.dumps(values.get(found[1], found[0]))[1:-1]

    placed: dict[str, Any] = json.loads(_VARIABLE.sub(value, json.dumps(stated)))
    return placed
