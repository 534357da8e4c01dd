"""nginx with the example configuration of `deploy/`, for addresses and a certificate of this machine."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

from extended.tools import program
from server_process import LONGEST

if TYPE_CHECKING:
    from collections.abc import Generator

EXAMPLE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME = "mcp.example.com"
SNI = {"sni_hostname": NAME}
REPLICAS = ("10.0.0.11:8000", "10.0.0.12:8000")
"""The addresses of the replicas in the example."""

_MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log stderr notice;
events {{}}
http {{
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied; uwsgi_temp_path {folder}/uwsgi;
    fastcgi_temp_path {folder}/fastcgi; scgi_temp_path {folder}/scgi;
    include {folder}/example.conf;
}}
"""
_LISTENS = "using the "
"""How the log line begins that names nginx's event method: it listens by then."""


@dataclass(frozen=True)
class Proxy:
    """Where nginx listens, and the trust in its certificate."""

    url: str
    trust: ssl.SSLContext


def command(folder: Path) -> list[str]:
    return [program("nginx", "nginx-light"), "-c", f"{folder}/nginx.conf", "-p", str(folder), "-e", "stderr"]


def write_configuration(folder: Path, replicas: tuple[str, str], port: int) -> trustme.CA:
    """Write the configuration and the certificate, and return who signed it."""
    authority = trustme.CA()
    issued = authority.issue_cert(NAME)
    issued.cert_chain_pems[0].write_to_path(folder / "tls.pem")
    issued.private_key_pem.write_to_path(folder / "tls.key")
    local = {
        **dict(zip(REPLICAS, replicas, strict=True)),
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        f"/etc/nginx/tls/{NAME}.pem": f"{folder}/tls.pem",
        f"/etc/nginx/tls/{NAME}.key": f"{folder}/tls.key",
        "/var/log/nginx/vapi-sessions-mcp.log": f"{folder}/access.log",
    }
    text = EXAMPLE.read_text("utf-8")
    for stated, meant in local.items():
        assert text.count(stated) == 1, f"the example has {stated!r} once"
        text = text.replace(stated, meant)
    (folder / "example.conf").write_text(text, "utf-8")
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder), "utf-8")
    return authority


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def serving_nginx(folder: Path, replicas: tuple[str, str]) -> Generator[Proxy]:
    """Run nginx in front of two replicas, given as HOST:PORT."""
    port = free_port()
    authority = write_configuration(folder, replicas, port)
    log, listens = list[str](), threading.Event()
    process = subprocess.Popen(command(folder), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def read() -> None:
        for line in process.stderr or ():
            log.append(line)
            if _LISTENS in line:
                listens.set()
        listens.set()  # it ended

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    try:
        assert listens.wait(LONGEST), log
        assert process.poll() is None, log
        trust = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
        yield Proxy(f"https://127.0.0.1:{port}", trust)
    finally:
        process.terminate()
        process.wait(LONGEST)
        reading.join(LONGEST)
        if process.stderr:
            process.stderr.close()
