"""The age of the contract, and its differences from what the API publishes."""

from __future__ import annotations

import copy
import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest

from fake_upstream import raw_response, raw_server
from vapi_sessions_mcp.doctor import live_document
from vapi_sessions_mcp.doctor.contract_state import contract_findings, drift, stated_age
from vapi_sessions_mcp.doctor.limits import Limits
from vapi_sessions_mcp.doctor.usable_settings import usable_settings
from vapi_sessions_mcp.settings import Flags
from vapi_sessions_tools.errors import DocumentError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from fake_upstream import FakeUpstream
    from vapi_sessions_mcp.doctor.finding import Finding

    Compare = Callable[..., Awaitable[Finding]]


@pytest.fixture
def facts() -> dict[str, Any]:
    """The facts that are shipped."""
    text = resources.files("vapi_sessions_tools.contract").joinpath("facts.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture
def compare(findings: list[Finding]) -> Compare:
    """Compare the contract with a document; what is found of the difference is returned."""

    async def found(source: str | None, flags: Flags | None = None, seconds: float = 20.0) -> Finding:
        settings = usable_settings(flags or Flags(), {"VAPI_API_KEY": "a-private-key"}).settings
        await contract_findings(settings, source, Limits(document=seconds), findings.append)
        contract, difference = findings
        assert (contract.name, contract.status, difference.name) == ("contract", "ok", "drift")
        return difference

    return found


class TestDrift:
    def test_a_description_that_has_nothing_new_is_no_drift(self, facts: dict[str, Any]) -> None:
        assert drift(facts, json.dumps(facts), "there") == ([], [])

    def test_less_than_the_contract_has_is_none_either(self, facts: dict[str, Any]) -> None:
        live = copy.deepcopy(facts)
        del live["components"]["schemas"]["Session"]["properties"]["name"]
        assert drift(facts, json.dumps(live), "there") == ([], [])

    def test_new_elements_are_reported_and_moved_ones_are_not(self, facts: dict[str, Any]) -> None:
        live = copy.deepcopy(facts)
        live["components"]["schemas"]["Session"]["properties"]["mood"] = {"type": "string"}
        live["paths"]["/call"] = {"get": {"operationId": "other", "responses": {}}}
        assert drift(facts, json.dumps(live), "there") == (["+ field Session.mood"], [])

    def test_a_missing_operation_is_reported(self, facts: dict[str, Any]) -> None:
        live = copy.deepcopy(facts)
        del live["paths"]["/session/{id}"]["delete"]
        assert drift(facts, json.dumps(live), "there") == ([], ["- operation DELETE /session/{id}"])


class TestTheDocument:
    async def test_a_file_without_news_is_fine(
        self, compare: Compare, facts: dict[str, Any], tmp_path: Path
    ) -> None:
        file = tmp_path / "api.json"
        file.write_text(json.dumps(facts))
        assert (await compare(str(file))).status == "ok"

    async def test_news_are_counted_and_listed_as_a_warning(
        self, compare: Compare, facts: dict[str, Any], tmp_path: Path
    ) -> None:
        schema = facts["components"]["schemas"]["Session"]
        schema["properties"] |= {f"new{number}": {"type": "string"} for number in range(300)}
        schema["properties"]["status"]["enum"] = [*schema["properties"]["status"]["enum"], "paused"]
        file = tmp_path / "api.json"
        file.write_text(json.dumps(facts))
        found = await compare(str(file))
        assert found.status == "warning"
        assert "300 new fields" in found.found
        assert "1 new value" in found.found
        assert len(found.details) == 200

    async def test_a_missing_operation_asks_for_a_newer_version(
        self, compare: Compare, facts: dict[str, Any], tmp_path: Path
    ) -> None:
        del facts["paths"]["/session"]["post"]
        file = tmp_path / "api.json"
        file.write_text(json.dumps(facts))
        found = await compare(str(file))
        assert "1 operation is gone" in found.found
        assert found.details == ("- operation POST /session",)
        assert "newer version" in found.next_step

    async def test_it_is_fetched_without_a_key(
        self, compare: Compare, facts: dict[str, Any], upstream: FakeUpstream, upstream_url: str
    ) -> None:
        upstream.respond(facts)
        assert (await compare(f"{upstream_url}/api-json")).status == "ok"
        (request,) = upstream.requests
        assert "authorization" not in request.headers
        assert "a-private-key" not in str(request)

    async def test_one_that_drips_is_given_up(self, compare: Compare) -> None:
        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"{")
                await writer.drain()
                await anyio.lowlevel.checkpoint()

        async with raw_server(drip) as script:
            found = await compare(script.url, seconds=0.3)
        assert found.status == "skipped"
        assert "was not read within 0.3 s" in found.found

    async def test_one_that_is_too_long_is_not_read(
        self, compare: Compare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(live_document, "_LARGEST", 1024 * 1024)
        body = b" " * 1_100_000
        async with raw_server(raw_response("200 OK", body)) as script:
            found = await compare(script.url)
        assert (found.status, "longer than 1 MB" in found.found) == ("warning", True)
        file = tmp_path / "api.json"
        file.write_bytes(body)
        with pytest.raises(DocumentError):
            await live_document.read_live_document(str(file))

    @pytest.mark.parametrize(
        "body",
        [b"", b"\xff", b"<html>", b"[]", b"{}", b'{"openapi": "3.0.0", "paths": {}}', b"swagger: '2.0'"],
    )
    async def test_what_is_no_description_is_a_warning(self, compare: Compare, body: bytes) -> None:
        async with raw_server(raw_response("200 OK", body)) as script:
            found = await compare(script.url)
        assert found.status == "warning"
        assert "--document" in found.next_step

    @pytest.mark.parametrize(
        "source",
        ["/no/such/file.json", "/", "https://name.invalid/api-json", "http://127.0.0.1:1", "https://["],
    )
    async def test_one_that_cannot_be_reached_is_no_problem(self, compare: Compare, source: str) -> None:
        found = await compare(source)
        assert found.status == "skipped"
        assert "cannot be read" in found.found

    async def test_another_status_is_reported(
        self, compare: Compare, upstream: FakeUpstream, upstream_url: str
    ) -> None:
        upstream.respond({}, 503)
        assert "HTTP status 503" in (await compare(upstream_url)).found

    async def test_a_password_in_its_address_is_not_shown(self, compare: Compare) -> None:
        found = await compare("https://ada:enchanting@name.invalid/api")
        assert "enchanting" not in str(found.as_json())


class TestWhichContract:
    async def test_in_the_sandbox_nothing_is_fetched(self, compare: Compare) -> None:
        found = await compare(None, Flags(sandbox=True))
        assert (found.status, "the emulator answers" in found.found) == ("skipped", True)

    async def test_a_document_of_ones_own_is_compared_only_when_asked_for(self, compare: Compare) -> None:
        found = await compare(None, Flags(openapi="tests/documents/library.yaml"))
        assert (found.status, "of your own" in found.found) == ("skipped", True)

    async def test_and_then_with_what_is_named(self, compare: Compare) -> None:
        document = "tests/documents/library.yaml"
        assert (await compare(document, Flags(openapi=document))).status == "ok"


class TestItsAge:
    @pytest.mark.parametrize(
        ("states", "words"),
        [
            (["2026-05", "2020-08"], "published in 2026-05, 2020-08, the newest"),
            (["2020-02-29"], "months ago"),
            (["2999-01"], "not long ago"),
            (None, "does not say"),
            (["2026-13", "soon", 7], "does not say"),
        ],
    )
    def test_progress_is_reported_where_the_contract_asks_for_it(self, states: Any, words: str) -> None:
        assert words in stated_age(states)
