"""An emulator of the Vapi Sessions API: five operations over SQLite, for trials and for tests.

It shares no code with the client that it judges. Structure (types, limits, required and unknown fields) it
refuses as the live API does; what it cannot know (vendor vocabulary, unknown branches of unions, unknown
nested fields) it accepts. Ids of assistants, squads, customers and phone numbers are not looked up, variables
are not substituted, and sessions neither expire nor cost anything.
"""

from vapi_sessions_tools.sessions.emulator.app import create_emulator
from vapi_sessions_tools.sessions.emulator.faults import NO_FAULTS, Faults
from vapi_sessions_tools.sessions.emulator.store import SessionStore

__all__ = ["NO_FAULTS", "Faults", "SessionStore", "create_emulator"]
