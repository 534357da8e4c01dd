"""`python -m vapi_sessions_mcp`: the same as the command `vapi-sessions-mcp`."""

import sys

from vapi_sessions_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
