"""What stands in a client's file, and what is said of one that cannot be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vapi_sessions_mcp.clients.client_files import ClientFile
from vapi_sessions_mcp.clients.reading import read_servers
from vapi_sessions_tools.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> ClientFile:
    return ClientFile("vscode", tmp_path / "mcp.json", "servers")


@pytest.mark.parametrize(
    "content",
    [
        b'{"servers": {"one": {"command": "x"}}}',
        b'// mine\r\n{"servers": {"one": {"command": "x",},},}\r\n',
        b'\xef\xbb\xbf{"servers": {"one": {"command": "x"}}}',
    ],
    ids=["plain", "with comments and trailing commas", "with a mark at its beginning"],
)
def test_the_servers_are_read_by_name(file: ClientFile, content: bytes) -> None:
    file.path.write_bytes(content)
    assert read_servers(file) == {"one": {"command": "x"}}


def test_without_a_file_there_are_none(file: ClientFile) -> None:
    assert read_servers(file) == {}


@pytest.mark.parametrize("content", ["", " \n", "{}", '{"inputs": []}', '{"servers": {}}'])
def test_a_file_that_says_nothing_of_servers_has_none(file: ClientFile, content: str) -> None:
    file.path.write_text(content)
    assert read_servers(file) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n"servers" {}}', "is no JSON, line 2, column 11: expected a colon"),
        (b"\n[]", "line 2: expected a JSON object"),
        (b'{\n\n"servers": []}', "line 3: servers is no JSON object"),
        (b'{\n"\xff"}', "line 2: no UTF-8"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_line_and_the_way_out(
    file: ClientFile, content: bytes, said: str
) -> None:
    file.path.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        read_servers(file)
    assert str(file.path) in str(refused.value)
    assert said in str(refused.value)
    assert "correct it, or move it away" in str(refused.value)


def test_a_folder_is_refused(file: ClientFile) -> None:
    file.path.mkdir()
    with pytest.raises(SettingsError, match="expected an ordinary file"):
        read_servers(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a platform without named pipes")
def test_a_pipe_is_refused_rather_than_waited_for(file: ClientFile) -> None:
    os.mkfifo(file.path)
    with pytest.raises(SettingsError, match="expected an ordinary file"):
        read_servers(file)


def test_a_place_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_text("")
    with pytest.raises(SettingsError, match="cannot be read: Not a directory"):
        read_servers(ClientFile("cursor", tmp_path / "no-folder" / "mcp.json", "mcpServers"))
