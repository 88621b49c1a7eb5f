"""The rules of the protocol page, by its sections. Importing this package registers all."""

from conformance.rules import (  # noqa: F401
    envelope,
    errors,
    events,
    fields,
    ids,
    merge,
    moves,
    news,
    offers,
    outcomes,
    refusals,
    sessions,
    sharing,
)
