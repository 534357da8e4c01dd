"""A question is asked of whoever made the call, and answered by nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from posted import HANDSHAKE, MODERN, Post, events_of, letter
from security.isolation.users import ADA, BOB, User, opened, sharing, told

if TYPE_CHECKING:
    from security.isolation.upstream import KnowingUpstream
    from served import Served

CAN_ASK: dict[str, Any] = {"elicitation": {"form": {}}}
YES: dict[str, Any] = {"action": "accept", "content": {}}


async def delete(post: Post, theirs: User, state: str | None = None, answer: Any = YES) -> Any:
    """Call for a deletion in the modern era, with the answer to the question once there is a state."""
    params: dict[str, Any] = {"name": "delete_session", "arguments": {"id": theirs.session_id}}
    if state is not None:
        params |= {"requestState": state, "inputResponses": {"confirm": answer}}
    return told(await post.send(letter("tools/call", params, era=MODERN, capabilities=CAN_ASK)))


class TestInTheModernEra:
    async def test_anothers_answer_counts_for_nothing(
        self, watched: Served, upstream: KnowingUpstream
    ) -> None:
        async with sharing(1) as http:
            ada, bob = [await opened(user, http, watched.url, MODERN) for user in (ADA, BOB)]
            asked = await delete(ada, ADA)
            assert asked["resultType"] == "input_required"
            refused = await delete(bob, ADA, asked["requestState"])
            assert refused["code"] == -32602, refused
            assert {one.method for one in upstream.requests} == {"GET"}

            done = await delete(ada, ADA, asked["requestState"])
            assert done["structuredContent"] == {"id": ADA.session_id, "deleted": True}
        assert [(one.method, one.headers["authorization"]) for one in upstream.requests] == [
            ("GET", f"Bearer {ADA.key}"),
            ("DELETE", f"Bearer {ADA.key}"),
        ]

    async def test_what_is_carried_from_question_to_answer_tells_nothing_of_whose_it_is(
        self, watched: Served
    ) -> None:
        async with sharing(1) as http:
            ada = await opened(ADA, http, watched.url, MODERN)
            asked = json.dumps(await delete(ada, ADA))
        assert ADA.key not in asked

    async def test_states_that_two_users_exchange_are_refused_to_both(
        self, watched: Served, upstream: KnowingUpstream
    ) -> None:
        async with sharing(1) as http:
            ada, bob = [await opened(user, http, watched.url, MODERN) for user in (ADA, BOB)]
            hers, his = await delete(ada, ADA), await delete(bob, BOB)
            crossed = [
                await delete(ada, ADA, his["requestState"]),
                await delete(bob, BOB, hers["requestState"]),
            ]
        assert [one["code"] for one in crossed] == [-32602, -32602]
        assert [(one.method, one.headers["authorization"]) for one in upstream.requests] == [
            ("GET", f"Bearer {user.key}") for user in (ADA, BOB)
        ]


class TestInTheHandshakeEra:
    async def test_anothers_answer_counts_for_nothing(
        self, watched: Served, upstream: KnowingUpstream
    ) -> None:
        async with sharing(3) as http:
            ada, bob = [await opened(user, http, watched.url, HANDSHAKE, CAN_ASK) for user in (ADA, BOB)]
            params = {"name": "delete_session", "arguments": {"id": ADA.session_id}}
            sent = letter("tools/call", params, era=HANDSHAKE, request_id="hers")
            headers = {**sent.headers, **ada.headers}
            async with http.stream("POST", ada.url, json=sent.json, headers=headers) as stream:
                events = events_of(stream)
                question = json.loads(await anext(events))
                assert question["method"] == "elicitation/create"
                yes: dict[str, Any] = {"jsonrpc": "2.0", "id": question["id"], "result": YES}
                in_his = await http.post(bob.url, json=yes, headers={**sent.headers, **bob.headers})
                in_hers = await http.post(ada.url, json=yes, headers={**headers, **BOB.headers})
                assert (in_his.status_code, in_hers.status_code) == (202, 404)
                no = {**yes, "result": {"action": "decline"}}
                assert (await http.post(ada.url, json=no, headers=headers)).status_code == 202
                ended = json.loads(await anext(events))
        assert ended["id"] == "hers"
        assert ended["result"]["structuredContent"]["error"]["kind"] == "declined"
        assert {one.method for one in upstream.requests} == {"GET"}
