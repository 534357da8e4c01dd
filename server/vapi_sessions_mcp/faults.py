"""What goes wrong, told in words that may be told; beside tool calls, as protocol errors."""

from __future__ import annotations

import logging
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

import mcp_types as types
from mcp.shared.exceptions import MCPError

from vapi_sessions_tools.engine.invisible import strip_invisible
from vapi_sessions_tools.engine.untrusted import MARK
from vapi_sessions_tools.errors import CallError, NetworkError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Generator

    from vapi_sessions_tools.credential import Credential, MissingKey
    from vapi_sessions_tools.toolset import Toolset

_logger = logging.getLogger(__name__)
_FAULTS_OF_REQUEST = ("invalid_arguments", "not_found")


def refuse_cursor(params: types.PaginatedRequestParams | None) -> None:
    """Refuse to go on in a list that has one page.

    Raises:
        MCPError: A cursor is given.
    """
    if params is not None and params.cursor is not None:
        raise MCPError(types.INVALID_PARAMS, "There is one page; call without a cursor.")


@contextmanager
def told_as_faults(toolset: Toolset, credential: Credential | MissingKey, what: str) -> Generator[None]:
    """Turn whatever goes wrong within into a protocol error, without the key and without a foreign text.

    Args:
        toolset: Knows what may be told.
        credential: Whose key must not be.
        what: Is being done, for the log.

    Raises:
        MCPError: Something went wrong.
    """
    try:
        yield
    except MCPError:
        raise
    except CallError as error:
        raise _fault(toolset, credential, error) from None
    except SettingsError as error:
        raise _fault(toolset, credential, unusable(error)) from None
    except Exception as error:  # noqa: BLE001  the last net
        raise inside(what, error) from None


def unusable(error: SettingsError) -> CallError:
    """Return what a call ends with when a setting turns out to be unusable only now."""
    return NetworkError(str(error), next_step="Ask the user to correct the setting and restart the server.")


def inside(what: str, error: Exception) -> MCPError:
    """Log where the server is at fault, and return what a client is told of it.

    An exception's own text is in neither: it may hold what must not be told.

    Args:
        what: Was being done.
        error: What came of it.
    """
    return MCPError(types.INTERNAL_ERROR, noted(what, error))


def noted(what: str, error: Exception) -> str:
    """Log where the server is at fault, and return the words for who asked.

    Args:
        what: Was being done.
        error: What came of it.
    """
    place = "".join(traceback.format_tb(error.__traceback__)[-3:])
    _logger.error("%s failed with %s at\n%s", what, type(error).__name__, place)
    return f"{what} failed inside the server; its log tells where."


def _fault(toolset: Toolset, credential: Credential | MissingKey, error: CallError) -> MCPError:
    told = toolset.told(error, credential)
    untrusted = [place.removeprefix("error.") for place in told.get(MARK, ())]
    details = told["error"] | ({MARK: untrusted} if untrusted else {})
    code = types.INVALID_PARAMS if error.kind in _FAULTS_OF_REQUEST else types.INTERNAL_ERROR
    return MCPError(code, strip_invisible(details["message"])[0], data=details)
