"""One operation of an API, as a tool calls it: immutable, and all that the later stages need to know."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Place = Literal["path", "query", "body"]
"""Where in the request an argument goes."""

QueryForm = Literal["one", "repeat", "comma"]
"""How a query argument of several values is written: once, `a=1&a=2`, or `a=1,2`."""

DateEdge = Literal["start", "end"]
"""Which end of its day a date without a time stands for."""


class Frozen(BaseModel):
    """A value that never changes once made."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Argument(Frozen):
    """One argument of a tool.

    Args:
        name: The tool's name for it, legal as a key in every client's tool schemas.
        wire: The API's name for it.
        place: Where in the request it goes.
        required: Whether the tool cannot be called without it.
        schema_: Its schema in the contract.
        form: How several values are written in the query.
        date_edge: What a date without a time stands for.
        default: What is sent when it is not given.
        words: One line on what it is, ours or the document's.
        way_out: What to do instead, for who gives a value that is out of bounds; or nothing.
        summary: What giving it does, for a person who is asked, with `{value}` or `{count}`; or nothing.
    """

    name: str
    wire: str
    place: Place
    required: bool
    schema_: dict[str, Any] = Field(repr=False)
    form: QueryForm = "one"
    date_edge: DateEdge | None = None
    default: Any = None
    words: str = ""
    way_out: str = ""
    summary: str = ""


class Window(Frozen):
    """What keeps a list's pages from shifting while new entries appear at its head.

    Args:
        field: The entry's field that tells when it was created.
        argument: The argument that leaves out what was created at a moment or later.
        order: The arguments, and the one value of each, by which the newest entry comes first; one that is
            not given has this value.
    """

    field: str
    argument: str
    order: dict[str, str]


class Pages(Frozen):
    """How an operation's answer is paged.

    Args:
        results: The answer's field that holds the page.
        metadata: The answer's field that tells where in the whole the page is.
        total: The metadata's field that counts the whole.
        page: The argument that numbers pages from 1.
        limit: The argument that sizes them.
        cursor: The argument that names the next page where the answer gave it a name, or None.
        next_cursor: The metadata's field that gives it.
        window: How new entries are kept out of the pages that follow, or None.
    """

    results: str
    metadata: str
    total: str
    page: str
    limit: str
    cursor: str | None = None
    next_cursor: str | None = None
    window: Window | None = None


class LookUp(Frozen):
    """How a creation whose answer was lost is looked up.

    Args:
        operation: The operation that lists what may have been created.
        arguments: What it is called with.
        created_at: The field of an entry that tells when it was created.
        match: The places in which an entry must equal what was sent, where it was sent: `customer.number`.
    """

    operation: str
    arguments: dict[str, Any]
    created_at: str
    match: tuple[str, ...]


class Hints(Frozen):
    """What a tool does beyond answering, as tool annotations say it."""

    read_only: bool
    destructive: bool
    idempotent: bool
    open_world: bool = True


class Operation(Frozen):
    """An API operation and its policies.

    Args:
        id: The contract's `operationId`, or one made of method and path.
        tool: The tool's name.
        title: A name for people.
        description: What it does, for the model that chooses it.
        method: HTTP method in capitals.
        path: Path template with `{name}` places.
        rest_path: The same, as a REST surface of our own names it.
        created: Whether success means that there is a new thing (HTTP 201).
        arguments: All arguments, in the order of the contract.
        whole_body: Whether the body is one argument instead of a field each.
        has_body: Whether a JSON body is sent.
        success: The schema of a successful JSON answer, or None.
        hints: What a tool does beyond answering.
        pages: How the answer is paged, or None.
        look_up: How a lost creation is looked up, or None.
        queryable: Whether the caller may select from the full answer with a query.
        gone: Whether success means that the thing is no more.
        not_arguments: What to do instead, for names that callers take for arguments.
        summary: What a call does, for a person who is asked, with `{name}` of arguments; or nothing.
        asks_when_empty: Whether arguments that hold nothing but empty objects are a question.
    """

    id: str
    tool: str
    title: str
    description: str
    method: str
    path: str
    rest_path: str = ""
    created: bool = False
    arguments: tuple[Argument, ...]
    whole_body: bool = False
    has_body: bool = False
    success: dict[str, Any] | None = Field(default=None, repr=False)
    hints: Hints
    pages: Pages | None = None
    look_up: LookUp | None = None
    queryable: bool = True
    gone: bool = False
    not_arguments: dict[str, str] = Field(default_factory=dict)
    summary: str = ""
    asks_when_empty: bool = False

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing: what a document says of it, and its method, which cannot lie."""
        return self.hints.read_only and self.method in ("GET", "HEAD", "OPTIONS")
