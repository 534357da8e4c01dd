"""A machine that has uv, and nothing of this project."""

from __future__ import annotations

import os
import re
import ssl
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uv import find_uv_bin

from release.running import run

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_OF_THE_NETWORK = re.compile(r"SSL_CERT_|(?:HTTPS?|ALL|NO)_PROXY$|UV_(?:DEFAULT_)?INDEX", re.IGNORECASE)
"""Variables without which packages may be out of reach."""

KEPT = Path(sys.prefix) / "release"
"""What is fetched once and used again: packages, and the tools for the bundle."""


@dataclass(frozen=True)
class FreshMachine:
    """Where programs are tried as somebody has them who never saw the source.

    Args:
        home: Its user's folder, in which nothing was before.
    """

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """Its variables; packages that were fetched before are not fetched again."""
        network = {name: value for name, value in os.environ.items() if _OF_THE_NETWORK.match(name)}
        return {
            **_authorities(),
            **network,
            "HOME": str(self.home),
            "PATH": os.pathsep.join((str(self.home / "bin"), os.defpath)),
            "UV_CACHE_DIR": str(KEPT / "uv"),
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
        }

    def run(self, command: Sequence[str | Path], way_out: str) -> str:
        """Run a command on it to its end, and return what it wrote to its standard output.

        Raises:
            Stopped: It failed, or did not end in time.
        """
        return run(command, way_out, folder=self.home, env=self.environment)

    def program(self, name: str) -> str:
        """Return where a program lies that is on its path."""
        return str(self.home / "bin" / name)


def _authorities() -> dict[str, str]:
    """Let uv trust whom this machine trusts, which may have an authority of its own; where it trusts any."""
    return {"UV_SYSTEM_CERTS": "true"} if ssl.get_default_verify_paths().cafile else {}


@contextmanager
def fresh_machine() -> Generator[FreshMachine]:
    """Set one up, and remove it with everything that was done on it."""
    with tempfile.TemporaryDirectory(prefix="fresh-") as folder:
        programs = Path(folder) / "bin"
        programs.mkdir()
        uv = Path(find_uv_bin())
        for name in ("uv", "uvx"):
            (programs / name).symlink_to(uv.with_name(name))
        yield FreshMachine(Path(folder))
