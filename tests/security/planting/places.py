"""The places of a session that bear secrets, written by hand from what is known of the API.

A place is written as `assistant.credentials[].apiKey`: a name a level, `[]` for the entries of a list. What
stands there is a secret text, the address of a server (its scheme and host may be shown), a link that is a
secret as a whole, several secrets, or the schema of a field with that name, which may give its value away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["text", "address", "link", "several", "schema"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret stands.

    Args:
        path: The names that lead there.
        form: What stands there.
    """

    path: str
    form: Form = "text"


ASSISTANTS = (
    "assistant",
    "assistantOverrides",
    "customer.assistantOverrides",
    "squad.members[].assistant",
    "squad.members[].assistantOverrides",
    "squad.membersOverrides",
    "squad.members[].assistantDestinations[].assistant",
    "assistant.model.tools[].destinations[].assistant",
    "assistant.model.tools[].destinations[].assistantOverrides",
    "squadOverrides.members[].assistant",
)
"""Where an assistant stands inline, or what overrides one."""

CREDENTIAL_TEXTS = (
    *("apiKey", "apiSecret", "authToken", "openAIKey", "ocpApimSubscriptionKey", "awsAccessKeyId"),
    *("awsSecretAccessKey", "authorizationId", "publicKey", "encryptionPlan.publicKey.pem"),
    *("authenticationPlan.token", "authenticationPlan.clientSecret", "authenticationPlan.secretKey"),
    *("authenticationPlan.awsAccessKeyId", "authenticationPlan.awsSecretAccessKey"),
    *("authenticationSession.accessToken", "authenticationSession.refreshToken"),
    *("gcpKey.privateKey", "gcpKey.privateKeyId"),
    *("bucketPlan.hmacAccessKey", "bucketPlan.hmacSecret"),
    *("bucketPlan.accessKeyId", "bucketPlan.secretAccessKey"),
    *("outboundAuthenticationPlan.authUsername", "outboundAuthenticationPlan.authPassword"),
)
CREDENTIAL_ADDRESSES = ("apiUrl", "openAIEndpoint", "authenticationPlan.url", "bucketPlan.url")

SERVERS = (
    *("server", "model.tools[].server", "voice.server", "transcriber.server", "hooks[].do[].server"),
    *("model.tools:append[].server", "voice.fallbackPlan.voices[].server"),
)
TOOLS = ("model.tools[]", "tools:append[]", "hooks[].do[].tool", "model.workflow.nodes[].tool")
MODELS = ("model", "model.workflow.model", "model.workflow.nodes[].model")
SIP = ("model.tools[].destinations[]", "hooks[].do[].destination")

ASSISTANT_TEXTS = (
    *(f"credentials[].{name}" for name in CREDENTIAL_TEXTS),
    *(f"model.workflow.credentials[].{name}" for name in ("apiKey", "authToken")),
    *(
        f"{server}.{name}"
        for server in SERVERS
        for name in ("headers.X-Any", "headers.Authorization", "secret")
    ),
    *(f"{model}.headers.X-Any" for model in MODELS),
    *(f"{tool}.headers.X-Any" for tool in TOOLS),
    *(f"{tool}.environmentVariables[].value" for tool in TOOLS),
    *(f"{tool}.parameters[].value" for tool in TOOLS),
    *(f"{destination}.sipHeaders.X-Any" for destination in SIP),
    "serverUrlSecret",
)
ASSISTANT_ADDRESSES = (
    *(f"credentials[].{name}" for name in CREDENTIAL_ADDRESSES),
    *(f"{server}.url" for server in SERVERS),
    *(f"{model}.url" for model in MODELS),
    *(f"{tool}.url" for tool in TOOLS),
    *("serverUrl", "transcriber.realtimeUrl", "voice.callbackUrl"),
    "transcriber.fallbackPlan.transcribers[].realtimeUrl",
)
ASSISTANT_LINKS = ("credentials[].webhookUrl",)

PHONE_NUMBER = (
    *("twilioAuthToken", "twilioApiKey", "twilioApiSecret", "server.headers.X-Any", "server.secret"),
    "fallbackDestination.sipHeaders.X-Any",
)
ARTIFACT_LINKS = (
    *("recordingUrl", "stereoRecordingUrl", "videoRecordingUrl", "logUrl", "pcapUrl", "presignedMonoUrl"),
    *("presignedStereoUrl", "presignedVideoUrl", "presignedAssistantUrl", "presignedCustomerUrl"),
    *("presignedLogUrl", "presignedPcapUrl", "anyUndeclaredUrl", "deeper[].otherUrl"),
    *("recording.stereoUrl", "recording.videoUrl", "recording.mono.combinedUrl"),
    *("recording.mono.assistantUrl", "recording.mono.customerUrl", "recording.anyUndeclared"),
)
ANYWHERE_LINKS = ("recordingUrl", "presignedAnyUrl", "recording.stereoUrl", "logUrl", "pcapUrl")

DECLARED = (
    *(Place(f"{root}.{path}") for root in ASSISTANTS for path in ASSISTANT_TEXTS),
    *(Place(f"{root}.{path}", "address") for root in ASSISTANTS for path in ASSISTANT_ADDRESSES),
    *(Place(f"{root}.{path}", "link") for root in ASSISTANTS for path in ASSISTANT_LINKS),
    *(Place(f"phoneNumber.{path}") for path in PHONE_NUMBER),
    Place("phoneNumber.server.url", "address"),
    *(Place(f"artifact.{path}", "link") for path in ARTIFACT_LINKS),
    *(Place(path, "link") for path in ANYWHERE_LINKS),
)
"""Every place that is secret by what the API says of it."""

FREE_FORM = (
    *("metadata", "variables", "artifact.variableValues", "assistantOverrides.variableValues", "orgSettings"),
    *("assistant.metadata", "messages[].metadata", "messages[].toolCalls[].function.arguments", "customer"),
    *("messages[].content", "messages[].message", "messages[].toolCalls[].arguments", "messages[].refusal"),
    *("newField[].inner", "costs[]", "assistant.voice.newPart", "squad.members[].assistant.metadata"),
)
"""Where fields stand that nobody declared; their names alone tell."""

TELLING = (
    *("api key", "x api key", "auth token", "x auth token", "client secret", "refresh token", "access token"),
    *("id token", "db password", "password", "token", "secret", "cookie", "set cookie", "authorization"),
    *(
        "proxy authorization",
        "private key",
        "ssh private key",
        "access key",
        "user credential",
        "open ai key",
    ),
    *("webhook secret", "twilio api key", "secret access key", "public key", "auth username"),
)
"""Names that tell, word by word; they are spelled in many ways."""


def spellings(words: str) -> tuple[str, ...]:
    """Return a name as people spell it."""
    first, *rest = words.split()
    camel = first + "".join(map(str.capitalize, rest))
    snake = "_".join((first, *rest))
    kebab = "-".join((first, *rest))
    mixed = "-".join(map(str.capitalize, (first, *rest)))
    upper = (camel[0].upper() + camel[1:], snake.upper(), kebab.upper())
    return camel, *upper, snake, kebab, mixed, f"_{snake}", " ".join((first, *rest))


SEVERAL = ("api keys", "passwords", "secrets", "cookies", "credentials", "private keys")
"""Names of several secrets."""

SCHEMAS = (
    "assistant.model.tools[].function.parameters.properties",
    "assistant.model.tools[].body.properties",
    "assistant.model.tools[].headers.properties",
    "metadata.properties",
)
"""Where the fields of a schema are described."""

UNDECLARED = (
    *(
        Place(f"{holder}.{name}" if holder else name)
        for holder in ("", *FREE_FORM)
        for words in TELLING
        for name in spellings(words)
    ),
    *(
        Place(f"{holder}.{name}", "several")
        for holder in FREE_FORM
        for words in SEVERAL
        for name in spellings(words)
    ),
    *(Place(f"{holder}.{name}", "schema") for holder in SCHEMAS for name in ("apiKey", "password", "token")),
)
"""Every place that is secret by its name alone."""
