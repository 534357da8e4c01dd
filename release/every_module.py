"""Imports every module of the packages, where it is run: a dependency that is not declared is missing there.

python -I release/every_module.py [OPTIONAL ...]

OPTIONAL are the modules that extras bring; what needs one of them may lack it.
"""

import importlib
import pkgutil
import sys

import vapi_sessions_mcp
import vapi_sessions_tools

for package in (vapi_sessions_mcp, vapi_sessions_tools):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.endswith(".__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if not any(f"{optional}.".startswith(f"{error.name}.") for optional in sys.argv[1:]):
                raise
