"""What the large inline objects of a session must look like: assistant, overrides, squad, phone number.

Their top-level names are the union of two states of the published contract; a name outside it is refused. One
level further down everything is accepted: models, voices and providers are the vendor's vocabulary, and it
changes weekly.
"""

from collections.abc import Mapping

from vapi_sessions_tools.sessions.emulator.checks import Check, anything, array, boolean, number, record, text

_OBJECT = record({}, closed=False)
_OBJECTS = array(_OBJECT)
_MEDIUM_TEXT = text(longest=1000)

ASSISTANT_FIELDS: Mapping[str, Check] = {
    "analysisPlan": _OBJECT,
    "artifactPlan": _OBJECT,
    "backgroundSound": text(),
    "backgroundSpeechDenoisingPlan": _OBJECT,
    "clientMessages": array(anything),
    "compliancePlan": _OBJECT,
    "credentialIds": array(text()),
    "credentials": _OBJECTS,
    "endCallMessage": _MEDIUM_TEXT,
    "endCallPhrases": array(text(shortest=2, longest=140)),
    "firstMessage": text(),
    "firstMessageInterruptionsEnabled": boolean,
    "firstMessageMode": text(),
    "hooks": _OBJECTS,
    "keypadInputPlan": _OBJECT,
    "maxDurationSeconds": number(least=10, most=43_200),
    "metadata": _OBJECT,
    "model": _OBJECT,
    "modelOutputInMessagesEnabled": boolean,
    "monitorPlan": _OBJECT,
    "name": text(longest=40),
    "observabilityPlan": _OBJECT,
    "server": _OBJECT,
    "serverMessages": array(anything),
    "startSpeakingPlan": _OBJECT,
    "stopSpeakingPlan": _OBJECT,
    "transcriber": _OBJECT,
    "transportConfigurations": _OBJECTS,
    "voice": _OBJECT,
    "voicemailDetection": anything,
    "voicemailMessage": _MEDIUM_TEXT,
}

OVERRIDE_FIELDS: Mapping[str, Check] = {
    **ASSISTANT_FIELDS,
    "tools:append": _OBJECTS,
    "variableValues": _OBJECT,
}

PHONE_NUMBER_FIELDS: Mapping[str, Check] = {
    "assistantId": anything,
    "fallbackDestination": _OBJECT,
    "hooks": _OBJECTS,
    "name": text(longest=40),
    "server": _OBJECT,
    "smsEnabled": boolean,
    "squadId": anything,
    "twilioAccountSid": text(),
    "twilioApiKey": text(),
    "twilioApiSecret": text(),
    "twilioAuthToken": text(),
    "twilioPhoneNumber": text(),
    "workflowId": anything,
}

assistant = record(ASSISTANT_FIELDS)
assistant_overrides = record(OVERRIDE_FIELDS)
squad = record({"name": text(), "members": _OBJECTS, "membersOverrides": _OBJECT}, required=("members",))
phone_number = record(PHONE_NUMBER_FIELDS, required=("twilioPhoneNumber", "twilioAccountSid"))
