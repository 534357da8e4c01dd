"""The real process at its most talkative: neither its log nor its output has a secret or the key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fake_upstream import SESSION_ID, session
from security.planting.places import Place
from security.planting.plants import Planted
from security.planting.secret_texts import secret, traces
from server_process import ServerProcess, call, environment, request, run_program

if TYPE_CHECKING:
    from fake_upstream import FakeUpstream

KEY = secret("the key", "vk-{a}-{b}")
HIDDEN = secret("an argument", "tok.{a}+{b}")
NUMBER = {"twilioPhoneNumber": "+14155551234", "twilioAccountSid": "A", "twilioAuthToken": HIDDEN.text}
WRONG: tuple[dict[str, Any], ...] = (
    call("create_session", {"phoneNumber": NUMBER, "status": 5}),
    call("create_session", {"phoneNumber": NUMBER}),
    request("tools/call", {"name": "create_session", "arguments": HIDDEN.text}),
    request("tools/call", {"name": "create_session", "arguments": [{"apiKey": HIDDEN.text}]}),
    request("tools/call", {"name": KEY.text, "arguments": {"apiKey": HIDDEN.text}}),
    request("tools/call", {"arguments": {"apiKey": HIDDEN.text, "key": KEY.text}}),
    request("resources/read", {"uri": f"vapi://sessions/{KEY.text}", "token": HIDDEN.text}),
    request("prompts/get", {"name": KEY.text, "arguments": {"token": HIDDEN.text}}),
    request("prompts/get", {"name": "review_customer", "arguments": {"customer": {"token": HIDDEN.text}}}),
    request("completion/complete", {"ref": {"token": HIDDEN.text}, "argument": KEY.text}),
    request("unknown/method", {"token": HIDDEN.text, "key": KEY.text}),
)


def planted() -> Planted:
    """Return a session with secrets of several kinds."""
    made = Planted(session(messages=[{"role": "user", "content": f"is {KEY.text} right?"}]))
    for path in ("phoneNumber.twilioAuthToken", "assistant.credentials[].apiKey", "metadata.api_key"):
        made.plant(Place(path), secret(path), str)
    return made


def test_a_server_at_its_most_talkative(upstream: FakeUpstream, upstream_url: str) -> None:
    hidden = planted()
    echo = f"Invalid key {KEY.text}, with {HIDDEN.text}"
    flags = ("--base-url", upstream_url, "--log-level", "debug")
    with ServerProcess(*flags, VAPI_API_KEY=KEY.text) as server:
        server.open()
        for query in (None, "@", "to_string(@)"):
            upstream.respond(hidden.body)
            arguments = {"id": SESSION_ID, **({"query": query} if query else {})}
            server.ask("tools/call", {"name": "get_session", "arguments": arguments})
        upstream.respond({"message": echo, "statusCode": 401}, 401)
        server.ask("tools/call", {"name": "create_session", "arguments": {"phoneNumber": NUMBER}})
        for message in WRONG:
            upstream.responses.clear()
            upstream.respond({"message": [echo], "statusCode": 400}, 400)
            server.ask(message["method"], message["params"])
        server.write(f'{{"jsonrpc":"2.0","id":7,"method":"tools/call","apiKey":"{HIDDEN.text}",\n'.encode())
        server.answer()
        assert server.serves()
        server.end_input()
        server.status()
        told = server.seen.decode() + server.log()
    assert traces([*hidden.secrets, HIDDEN, KEY], told) == []


def test_a_call_from_the_shell(upstream: FakeUpstream, upstream_url: str) -> None:
    upstream.respond({"message": f"Invalid key {KEY.text}, with {HIDDEN.text}", "statusCode": 400}, 400)
    arguments = json.dumps({"phoneNumber": NUMBER})
    flags = ("--base-url", upstream_url, "--log-level", "debug")
    ran = run_program(
        "call",
        "create_session",
        "-",
        *flags,
        stdin=arguments.encode(),
        env=environment(VAPI_API_KEY=KEY.text),
    )
    assert ran.returncode == 1
    assert upstream.requests
    assert traces([HIDDEN, KEY], (ran.stdout + ran.stderr).decode()) == []
