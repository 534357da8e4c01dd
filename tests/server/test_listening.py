"""The socket that a server listens on."""

from __future__ import annotations

import socket
import sys

import pytest

from vapi_sessions_mcp.listening import admit_nobody_new, listen, url_of
from vapi_sessions_tools.errors import SettingsError


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_connections_are_accepted_from_the_first_moment_on(host: str) -> None:
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        socket.create_connection((host, port), timeout=30).close()
        assert url_of(listener, host) == f"http://{host}:{port}"


def test_ipv6_address_is_bracketed_in_its_url() -> None:
    try:
        listener = listen("::1", 0)
    except SettingsError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert url_of(listener, "::1") == f"http://[::1]:{listener.getsockname()[1]}"


def test_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port} cannot be used.*choose another with --port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_number_that_is_not_a_port_is_refused(port: int) -> None:
    with pytest.raises(SettingsError, match=f"port {port} cannot be used"):
        listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a" * 300, "\udcff", "a..b"])
def test_host_of_another_machine_is_named_and_not_the_port(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^host .* cannot be listened on") as raised:
        listen(host, 0)
    assert "port" not in str(raised.value).partition("cannot be listened on")[2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops the packets of new connections")
def test_pending_connection_is_still_accepted_when_new_ones_are_refused() -> None:
    with listen("127.0.0.1", 0) as listener:
        listener.settimeout(30)
        with socket.create_connection(listener.getsockname(), timeout=30) as early:
            early.sendall(b"x")
            admit_nobody_new(listener)
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.recv(1) == b"x"
            with pytest.raises(TimeoutError):
                socket.create_connection(listener.getsockname(), timeout=0.1)
