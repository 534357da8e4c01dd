"""What to tell a caller about this API's failures: the words, and the way out of each."""

from __future__ import annotations

KEY_PLACE = "in the Vapi dashboard (https://dashboard.vapi.ai) under API Keys"

NO_KEY = (
    "No Vapi API key is configured, so nothing was sent. Set VAPI_API_KEY (or VAPI_API_KEY_FILE) to your "
    f"private key, which is {KEY_PLACE}."
)
NO_KEY_NEXT = (
    "Ask the user to set VAPI_API_KEY in the server's environment and restart it, or to start it with "
    "--sandbox to try it without an account."
)
UNEXPANDED_KEY = (
    "{name} holds the text of an unexpanded placeholder, {text}, instead of a key: "
    "the client did not put the value in."
)

UNAUTHORIZED_NEXT = (
    "Ask the user to check the key: the API wants the private key, not the public one; it is "
    f"{KEY_PLACE}. A key of an EU organisation needs --region eu."
)
FORBIDDEN_NEXT = (
    "Ask the user for a private key that may use sessions; a public key or a restricted token may not. It is "
    f"{KEY_PLACE}."
)
REFUSED_NEXT = "Correct what the message names and call again."
RATE_LIMITED_NEXT = "Wait {wait}, then make the same call again; nothing was changed."
PAUSED = (
    "The request was not sent: the API has asked that calls with this key pause, "
    "and {seconds} s of the pause are left."
)
CROWDED_OUT = (
    "Nothing was sent within {seconds:g} s: the call waited for its turn; "
    "calls in flight with this key: {calls}."
)
CROWDED_OUT_NEXT = "Make fewer calls at the same time, then make this one again."
UPSTREAM_NEXT = "Call again in a minute; if it stays so, the API or something in front of it is failing."
NOT_AN_ANSWER_NEXT = (
    "Check the base URL (VAPI_BASE_URL): what answered does not speak like the Vapi API; "
    "it may be a proxy or a web page."
)
REDIRECT_NEXT = "Set VAPI_BASE_URL to the address of the API itself; redirects are not followed with the key."
CONNECT_NEXT = "Check the network and the base URL (VAPI_BASE_URL), then call again; nothing was sent."
TIMEOUT_NEXT = "Call again, or allow more time with --timeout (VAPI_TIMEOUT)."
TLS_NEXT = (
    "If a proxy inspects TLS here, set SSL_CERT_FILE to its CA certificate and restart the server; "
    "otherwise check the base URL (VAPI_BASE_URL)."
)
NO_PROXY = "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY holds no address of a proxy; nothing was sent."
NO_PROXY_NEXT = (
    "Ask the user to write it as http://host:port, or to name the API's host in NO_PROXY, and to restart "
    "the server."
)
NO_SOCKS = (
    "The proxy that HTTPS_PROXY or ALL_PROXY names speaks SOCKS, which is not supported; nothing was sent."
)
NO_SOCKS_NEXT = (
    "Ask the user to set HTTPS_PROXY to a proxy that speaks HTTP, or to name the API's host in NO_PROXY, and "
    "to restart the server."
)
TOO_LONG_NEXT = "Ask for less at a time, such as a smaller limit."
UNKNOWN_NEXT_FOUND = "Compare the candidates with what was to be created before creating it again."

NOT_CALLED = "{tool} was not called, nothing was sent: "
"""How the message of a call begins that the user did not agree to."""

DECLINED = "the user declined."
DECLINED_NEXT = "Do not repeat it unless the user asks for it."
DISMISSED = "the user closed the question without answering it."
UNANSWERED = "the user was asked and did not answer within {minutes:g} minutes."
UNANSWERED_NEXT = "Ask the user whether it is still wanted before calling again."
CANNOT_ASK = "the user must agree first, and this client cannot ask the user."
CANNOT_ASK_NEXT = (
    "Ask the user to do this themselves, or to connect with a client that can ask them: one that supports "
    "elicitation."
)
INTERRUPTED = "The server is being stopped, and did not finish the call; nothing was changed."
INTERRUPTED_NEXT = "Make the same call again in a moment."
INTERRUPTED_WRITE = "{title} has an unknown outcome: the server was stopped while it was being carried out."

NO_TERMINAL = "the user must agree first, and there is no terminal to ask at."
NO_TERMINAL_NEXT = "Ask the user to run this command themselves, in a terminal, where it asks them first."


def not_found_next(lister: str | None) -> str:
    """Say what to do about an id that is not there.

    Args:
        lister: The tool that lists what there is, where it is offered.
    """
    look = f"Look the id up with {lister}" if lister else "Check the id"
    return f"{look}; what was deleted does not come back."


def upstream_write_next(lister: str | None) -> str:
    """Say what to do about a change that may have been made.

    Args:
        lister: The tool that lists what there is, where it is offered.
    """
    look = f", such as with {lister}" if lister else ""
    return f"Before repeating it, look whether it was done{look}: the change may have been made."


def unknown_next(lister: str | None) -> str:
    """Say what to do about a creation of which nothing is to be seen yet.

    Args:
        lister: The tool that lists what there is, where it is offered.
    """
    look = f"look with {lister}" if lister else "find out whether it is there"
    return f"Wait a moment, then {look} before creating it again: it may still appear."


CLOSED = "The toolset is closed, so nothing was sent."
CLOSED_NEXT = "Open a new toolset: one that is closed stays closed."
CLOSED_MEANWHILE = "The toolset was closed while the request was under way."
OTHER_LOOP = "The toolset belongs to another event loop, so nothing was sent."
OTHER_LOOP_NEXT = "Open one toolset in each event loop, and so in each thread that runs one."
