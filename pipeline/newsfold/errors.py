"""Every error newsfold raises on purpose.

NewsfoldError
├── ConfigError        the configuration cannot be used            exit 2
├── SourceError        a source, file, row or document is unusable recorded, the others go on
│   └── FetchError         an address on the web cannot be had
├── ModelError         an embedding model or scorer cannot be loaded
├── SchemaError        a table does not have the shape it must have
└── StoreError         the store cannot be read or written
    ├── EditionNotFound    no such edition (or no edition at all)
    └── StoreLocked        another run holds the store

Each message says what went wrong, where, and what to do about it.
"""

from __future__ import annotations


class NewsfoldError(Exception):
    """Base of all errors newsfold raises on purpose; the command line prints it and exits 1."""


class ConfigError(NewsfoldError):
    """The configuration (or a command-line value) cannot be used; lists every problem at once."""


class SourceError(NewsfoldError):
    """A source, or one file of it, cannot be read; the run records it and goes on."""


class FetchError(SourceError):
    """An address on the web cannot be had: refused, unreachable, too slow, too large or not allowed.

    Attributes:
        transient: the reason may pass within the night, so that asking again later may help.
    """

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class ModelError(NewsfoldError):
    """An embedding model or a pair scorer cannot be loaded or does not fit."""


class SchemaError(NewsfoldError):
    """A table lacks a column, or a column cannot be cast to its declared type."""


class StoreError(NewsfoldError):
    """The store cannot be read or written."""


class EditionNotFound(StoreError):
    """The store holds no such edition."""


class StoreLocked(StoreError):
    """Another run is writing to this store."""
