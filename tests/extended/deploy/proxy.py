"""The example for nginx, with addresses and a certificate of this machine, and nginx that runs by it."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import httpx
import pytest
import trustme

from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator

EXAMPLE = Path(__file__).parents[3] / "deploy" / "nginx.conf"
NAME = "mcp.example.com"
REPLICAS = ("10.0.0.11:8000", "10.0.0.12:8000")
"""What the example calls its replicas."""

_AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log stderr notice;
events {{}}
http {{
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied; uwsgi_temp_path {folder}/uwsgi;
    fastcgi_temp_path {folder}/fastcgi; scgi_temp_path {folder}/scgi;
    include {folder}/example.conf;
}}
"""
_LISTENS = "using the "
"""How the line begins with which nginx names its way to wait for events."""


def program() -> str:
    """Return nginx's program; without it the test is skipped, but fails where it must be there."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail("nginx is not installed: apt-get install nginx-light")
    return found or pytest.skip("nginx is not installed")


def write(folder: Path, replicas: tuple[str, str], port: int) -> tuple[Path, trustme.CA]:
    """Write the example's configuration for this machine; whoever signed its certificate is returned too."""
    authority = trustme.CA()
    issued = authority.issue_cert(NAME)
    issued.cert_chain_pems[0].write_to_path(folder / "tls.pem")
    issued.private_key_pem.write_to_path(folder / "tls.key")
    here = {
        **dict(zip(REPLICAS, replicas, strict=True)),
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        f"/etc/nginx/tls/{NAME}.pem": f"{folder}/tls.pem",
        f"/etc/nginx/tls/{NAME}.key": f"{folder}/tls.key",
        "/var/log/nginx/vapi-sessions-mcp.log": f"{folder}/access.log",
    }
    text = EXAMPLE.read_text("utf-8")
    for stated, meant in here.items():
        assert text.count(stated) == 1, f"the example says {stated!r} once"
        text = text.replace(stated, meant)
    (folder / "example.conf").write_text(text, "utf-8")
    whole = folder / "nginx.conf"
    whole.write_text(_AROUND.format(folder=folder), "utf-8")
    return whole, authority


@contextmanager
def proxying(folder: Path, replicas: tuple[str, str]) -> Generator[httpx.Client]:
    """Run nginx in front of replicas; a client is given that reaches it by its public name."""
    with balancing(folder, replicas) as (address, trusting):
        client = httpx.Client(verify=trusting, base_url=address, timeout=LONGEST, trust_env=False)
        with client:
            client.headers["Host"] = NAME
            yield client


@contextmanager
def balancing(folder: Path, replicas: tuple[str, str]) -> Generator[tuple[str, ssl.SSLContext]]:
    """Run nginx in front of replicas; its address is given, and whom to trust there under its name."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port: int = chosen.getsockname()[1]
    configuration, authority = write(folder, replicas, port)
    process = subprocess.Popen(
        [program(), "-c", str(configuration), "-p", str(folder), "-e", "stderr"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    listens, log = threading.Event(), list[str]()
    reading = threading.Thread(target=_read, args=(process.stderr, listens, log))
    reading.start()
    try:
        assert listens.wait(LONGEST), "".join(log)
        assert process.poll() is None, "".join(log)
        trusting = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
        yield f"https://127.0.0.1:{port}", trusting
    finally:
        process.terminate()
        process.wait(LONGEST)
        reading.join(LONGEST)
        process.stderr.close()


def _read(stream: IO[str], listens: threading.Event, log: list[str]) -> None:
    """Read a log to its end; by the time nginx says how it waits for events, it listens."""
    for line in stream:
        log.append(line)
        if _LISTENS in line:
            listens.set()
    listens.set()  # it ended, which is seen by whoever waits
