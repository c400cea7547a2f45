"""Every error that newsfold raises on purpose.

NewsfoldError
├── ConfigError            the configuration or a command's option is wrong
├── SourceError            a source, file, row or document is unusable
│   └── FetchError             an address on the web cannot be fetched
├── EditionHeld            the quality gate holds an edition in staging
├── DocumentsLost          documents that were read are neither articles nor repeats nor rejected
├── MachineError           the machine lacks memory, disk space or open files
├── OrchestrationError     Prefect's server cannot be reached
├── ModelError             an embedding model, scorer or clusterer cannot be used
├── SchemaError            a table does not fit its schema
└── StoreError             the store cannot be read or written
    ├── EditionNotFound        the store has no such edition
    └── StoreLocked            another run is writing to the store

Each message says what went wrong, where, and what to do about it. A run records a `SourceError` and continues without
the source, file or row. Any other error ends the command: with exit code 2 for a `ConfigError`, else 1.
"""

from __future__ import annotations


class NewsfoldError(Exception):
    """The base class of all errors that newsfold raises on purpose."""


class ConfigError(NewsfoldError):
    """The configuration or a command's option is wrong; the message lists every problem at once."""


class SourceError(NewsfoldError):
    """A source, or a file, row or document of it, is unusable."""


class FetchError(SourceError):
    """An address on the web cannot be fetched: refused, unreachable, too slow, too large or not allowed.

    Attributes:
        transient: whether a later attempt in the same night may succeed.
    """

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


class EditionHeld(NewsfoldError):
    """The quality gate holds an edition in staging: it is published only if a person releases it."""


class DocumentsLost(NewsfoldError):
    """Documents that were read are neither articles, nor repeats of some, nor rejected with a reason: a defect."""


class MachineError(NewsfoldError):
    """The machine lacks memory, disk space or open files: nothing is wrong with what was read, or with who wrote it."""


class OrchestrationError(NewsfoldError):
    """The server that records runs and their states cannot be reached: nothing is wrong with the stories."""


class ModelError(NewsfoldError):
    """An embedding model, pair scorer or clusterer cannot be loaded, or does not fit the data."""


class SchemaError(NewsfoldError):
    """A table lacks a column, or a column does not have its declared type."""


class StoreError(NewsfoldError):
    """The store cannot be read or written."""


class EditionNotFound(StoreError):
    """The store has no such edition, or no edition at all."""


class StoreLocked(StoreError):
    """Another run is writing to the store."""
