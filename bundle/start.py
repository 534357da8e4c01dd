"""Starts the server for hosts that run a bundle's entry point, whatever the bundle says of a command.

It lies in a folder of its own: a script's folder comes first in the module path, and the server's package
has modules that share a name with the standard library's.
"""

import sys

from vapi_sessions_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
