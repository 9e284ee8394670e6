"""A Chroma collection as such: found, made, made anew, and known by its metadata. What is in its rows stands elsewhere.

The metadata say what made the vectors, which folders are mirrored, and a stamp of the rows; all are one small request
away. Chroma's client, whether for a folder or for a server, never gets an embedding function: nothing is downloaded,
and nothing is handed over that could be executed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import CollectionError, MisfitError
from vectorstore.faults import check_room, explain, is_full, is_gone
from vectorstore.generations import current
from vectorstore.server import Server, connect, quiet_settings, reason_of

NAME = "passages"
"""The collection's name in a folder; on a server it is the caller's to choose."""
SEARCH_WIDTH = 200
"""HNSW's ef: candidates kept during a search; twice what is asked for keeps recall near 1."""
WRITES = frozenset({"upsert", "delete", "modify"})
FORMAT, IDENTITY, MIRRORS, REVISION = "format", "identity", "mirrors", "revision"
"""The keys of the metadata."""
MISFITS = {FORMAT: "was written by another version of belegt", IDENTITY: "holds the vectors of another model"}


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a collection is opened: what it has to be, whose it is, and what may be done to it."""

    format: int
    identity: str
    mirrors: str = ""
    read_only: bool = False
    rebuild: bool = False

    @property
    def metadata(self) -> dict[str, str | int]:
        """The metadata of a new collection on these terms."""
        known: dict[str, str | int] = {FORMAT: self.format, IDENTITY: self.identity}
        return known | {MIRRORS: self.mirrors} if self.mirrors else known


class StoredCollection:
    """A collection in a folder or on a server.

    Args:
        place: where it lies.
        terms: on which terms; see ``PassageIndex``.

    Raises:
        MisfitError: it was made for another model, or by another version.
        CollectionError: it can't be opened.
    """

    def __init__(self, place: Path | Server, terms: Terms) -> None:
        self.place = place
        self._terms = terms
        self._opening = threading.RLock()
        self._name = place.collection if isinstance(place, Server) else NAME
        self._folder: Path | None = None
        try:
            self._client = connect(place) if isinstance(place, Server) else self._enter(place, create=self._writes)
            try:
                self.handle = self._open()
            except Exception:
                self.close()  # the folder may be replaced next
                raise
        except Exception as error:  # Chroma's errors have no common root
            if isinstance(place, Server) or isinstance(error, CollectionError) or is_full(error, place):
                raise explain(error, place) from error
            raise CollectionError(
                f"the index in {place} can't be opened ({reason_of(error)}); remove that folder to build it anew"
            ) from error
        self._seen = self._value(REVISION)

    def __str__(self) -> str:
        return str(self.place) if isinstance(self.place, Server) else f"the index in {self.place}"

    @property
    def _writes(self) -> bool:
        return not self._terms.read_only

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Let the collection do something; one that another has made anew meanwhile is opened first.

        Raises:
            CollectionError: it can't be done.
        """
        writing = operation in WRITES
        if writing:
            self._prepare_write()
        handle = self.handle
        try:
            try:
                return getattr(handle, operation)(**arguments)
            except Exception as error:
                with self._opening:  # another thread may just be opening it again
                    if handle is self.handle:
                        if not is_gone(error) and not self._is_superseded():
                            raise
                        self._renew()
                return getattr(self.handle, operation)(**arguments)
        except Exception as error:
            raise explain(error, self.place, writing=writing) from error

    def clear(self) -> None:
        """Remove every row, whoever mirrored it, and the stamp.

        Raises:
            CollectionError: it can't be done.
        """
        self._prepare_write()
        try:
            if self._find() is not None:
                self._client.delete_collection(self._name)
            self.handle = self._create()
        except Exception as error:
            raise explain(error, self.place, writing=True) from error
        self._seen = ""

    def close(self) -> None:
        """Let go of the collection; afterwards it can't be used."""
        self._client.close()

    def revision(self) -> str:
        """Return the stamp of the rows; one small request.

        A folder that another process has written is opened again: Chroma's ``query`` would not find the new rows,
        though ``get`` does (1.5.9; chroma issue 3792).

        Raises:
            CollectionError: the collection is gone, doesn't fit any more, or doesn't answer.
        """
        with self._opening:
            self._renew()
            if self._value(REVISION) != self._seen and isinstance(self.place, Path):
                self._client.close()
                self._client = self._enter(self.place, create=False)
                self._renew()
            self._seen = self._value(REVISION)
            return self._seen

    def stamp(self, revision: str) -> None:
        """Set the stamp of the rows.

        Raises:
            CollectionError: it can't be written.
        """
        self._note(REVISION, revision)
        self._seen = revision

    def check_claim(self) -> None:
        """Make sure that the collection mirrors what we mirror, or nothing yet.

        Raises:
            CollectionError: it mirrors something else.
        """
        self._renew()
        recorded = self._value(MIRRORS)
        if recorded not in ("", self._terms.mirrors):
            raise CollectionError(
                f"{self} mirrors {recorded!r}, not {self._terms.mirrors!r}; name another collection, "
                "or take it over: belegt index --rebuild"
            )

    def claim(self) -> None:
        """Note what the collection mirrors. Of two who do so at once, one is refused here or at its next run.

        Raises:
            CollectionError: it mirrors something else, or can't be written.
        """
        self.check_claim()
        if self._value(MIRRORS) != self._terms.mirrors:
            self._note(MIRRORS, self._terms.mirrors)
            self.check_claim()

    def _open(self) -> Any:
        """Return the collection, made or made anew where that is allowed."""
        found = self._find()
        if found is None and self._writes:
            return self._suitable(self._create())
        if found is None or not self._is_for_emptying(found):
            return self._suitable(found)
        self._client.delete_collection(self._name)
        return self._create()

    def _is_for_emptying(self, found: Any) -> bool:
        """Tell whether a collection of ours is unfit and may be made anew, which it is only when told to."""
        return self._writes and self._terms.rebuild and is_ours(found) and bool(self._misfit(found))

    def _find(self) -> Any | None:
        """Return the collection as it is now, without an embedding function; ``None`` where there is none."""
        try:
            return self._client.get_collection(self._name, embedding_function=None)
        except Exception as error:
            if is_gone(error):
                return None
            raise

    def _create(self) -> Any:
        configuration = {"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH}}
        return self._client.get_or_create_collection(
            self._name, metadata=self._terms.metadata, configuration=configuration, embedding_function=None
        )

    def _misfit(self, found: Any) -> str:
        """Return in what a collection isn't the one that is wanted, nothing where it is."""
        if not is_ours(found):
            return "was not made by belegt"
        wanted = {FORMAT: self._terms.format, IDENTITY: self._terms.identity}
        return next((MISFITS[name] for name, value in wanted.items() if found.metadata[name] != value), "")

    def _suitable(self, found: Any | None) -> Any:
        """Return a collection if it is there and fits."""
        if found is None:
            raise CollectionError(f"{self} is not there; fill it: belegt index")
        if misfit := self._misfit(found):
            if isinstance(self.place, Path):
                raise MisfitError(f"{self} {misfit}; rebuild it: belegt index")
            rebuild = "rebuild it (belegt index --rebuild) or " if is_ours(found) else ""
            raise MisfitError(f"{self} {misfit}; {rebuild}name another collection")
        return found

    def _renew(self) -> None:
        """Fetch the collection with its metadata as they are now, from the folder that counts now."""
        try:
            with self._opening:
                if isinstance(self.place, Path) and self._is_superseded():
                    self._client.close()
                    self._client = self._enter(self.place, create=False)
                self.handle = self._suitable(self._find())
        except MisfitError:
            self._folder = None  # counts as superseded, so that the next request says the same and not Chroma's words
            raise
        except Exception as error:
            raise explain(error, self.place) from error

    def _is_superseded(self) -> bool:
        """Tell whether an index built beside this one has taken its place."""
        return isinstance(self.place, Path) and current(self.place) != self._folder

    def _enter(self, place: Path, *, create: bool) -> Any:
        """Open Chroma in the folder that counts now."""
        self._folder = current(place)
        return open_client(self._folder, create=create)

    def _value(self, name: str) -> str:
        return str((self.handle.metadata or {}).get(name, ""))

    def _note(self, name: str, value: str) -> None:
        """Set one value of the metadata; Chroma only replaces them all."""
        self._renew()
        self.ask("modify", metadata={**self.handle.metadata, name: value})

    def _prepare_write(self) -> None:
        if not self._writes:
            raise CollectionError(f"{self} is open for reading only; open it for writing to change it")
        check_room(self._folder or self.place)


def is_ours(found: Any) -> bool:
    """Tell whether a collection was made by belegt; another's is never emptied."""
    return {FORMAT, IDENTITY} <= set(found.metadata or {})


def open_client(folder: Path, *, create: bool = True) -> Any:
    """Open Chroma in a folder, its telemetry off.

    Raises:
        CollectionError: there is no index, and none is to be made.
    """
    import chromadb

    if create:
        folder.mkdir(parents=True, exist_ok=True)
    elif not folder.is_dir():
        raise CollectionError(f"there is no index in {folder}; make it: belegt index")
    return chromadb.PersistentClient(path=str(folder), settings=quiet_settings())
