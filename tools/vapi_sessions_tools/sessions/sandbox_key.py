"""What the sandbox is called with; apart from it, because it costs start-up time."""

SANDBOX_URL = "http://localhost"
"""A base URL for requests that never leave the process."""

SANDBOX_KEY = "sandbox"
"""Any key does: each is an organisation of its own, and the sandbox has one user."""
