"""The errors of this layer. Each message is one line that says what to do next.

::

    BelegtError          a mistake that the user can mend: shown as one line, never as a traceback
    ├── ArticleError     a file or folder that can't be read as articles
    ├── ModelError       the embedding model is missing, broken, or can't be prepared
    └── CollectionError  the index can't be opened or written
        ├── BusyError    another process is writing it
        └── MisfitError  it was made for another model, or by another version
"""


class BelegtError(Exception):
    """A mistake that the user can mend; its text is one line that says what to do next."""


class ArticleError(BelegtError):
    """A file or folder can't be read as articles."""


class ModelError(BelegtError):
    """The embedding model is missing, broken, or can't be prepared."""


class CollectionError(BelegtError):
    """The index can't be opened or written."""


class BusyError(CollectionError):
    """Another process is writing the index."""


class MisfitError(CollectionError):
    """The index is whole, but was made for another model or by another version; it is never emptied for that."""
