"""The folder of an index, kept whole: one writer at a time, damage told on opening, and mended by building it anew.

Looking at a folder that was left in order takes some 20 milliseconds. Only one that is doubted is opened by a process
of its own first, which takes a second or two.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.checking import LOOK_SECONDS, Checked, check_apart, check_database
from vectorstore.errors import BusyError, CollectionError
from vectorstore.generations import current, following, sweep, switch
from vectorstore.index import PassageIndex
from vectorstore.progress import Report
from vectorstore.seals import break_seal, doubt, set_seal

LOCK_SECONDS = 5.0
"""How long a second writer waits before it says so."""


class Upkeep:
    """Keeps the folder of one index whole.

    Args:
        folder: where the index lies; what was built anew lies beside it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self, *, patience: float | None = None) -> Iterator[None]:
        """Be the only writer for as long as this lasts; the system takes the lock from a process that ends.

        Args:
            patience: seconds to wait for another writer, ``LOCK_SECONDS`` unless told.

        Raises:
            BusyError: another process is writing.
        """
        lock = FileLock(f"{self.folder}.lock", timeout=LOCK_SECONDS if patience is None else patience)
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise BusyError(f"another process is indexing into {self.folder}; wait until it is done") from error
        except OSError as error:
            raise self._explain(error) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write the index that counts; who is killed or fails meanwhile leaves it doubted."""
        place = current(self.folder)
        try:
            known = break_seal(place)
        except OSError as error:
            raise self._explain(error) from error
        yield
        set_seal(place, known)

    def find_damage(self) -> str:
        """Return what is wrong with the index, nothing where it can be used.

        Raises:
            BusyError: another process is writing, and the index can't be read before it is done.
        """
        place = current(self.folder)
        doubted = doubt(place)
        if doubted is None:
            return check_database(place, seconds=LOOK_SECONDS)
        try:
            with self.alone(patience=0):
                return self.check().fault if doubt(current(self.folder)) else ""
        except BusyError:
            if check_apart(place).fault:
                raise
            return ""

    def check(self, *, deep: bool = False) -> Checked:
        """Look at the index closely, in a process of its own; seal it where it is whole. Only for who is alone."""
        place = current(self.folder)
        doubted = doubt(place, deep=deep)
        if doubted and doubted.certain:
            return Checked(fault=doubted.reason)
        checked = check_apart(place, deep=deep)
        if not checked.fault:
            set_seal(place)
        return checked

    def build_anew(self, fill: Callable[[PassageIndex], Report], *, identity: str, resume: bool) -> Report:
        """Build the index beside the one that counts, and let it take its place once whole. Only for who is alone.

        One that was stopped, or that holds nothing because no file could be read, takes no place.

        Args:
            fill: fills an index, and reports.
            identity: what its vectors depend on.
            resume: go on with one that was begun, is not damaged, and was begun for the same model and version.
        """
        place = following(self.folder)
        if place.is_dir() and not (resume and not check_apart(place).fault):
            shutil.rmtree(place, ignore_errors=True)
        index = PassageIndex(place, identity=identity, rebuild=True)
        try:
            report = fill(index)
            whole = not report.stopped and (len(index) > 0 or not report.failed)
        finally:
            index.close()
        if whole:
            set_seal(place)
            try:
                switch(place)
            except OSError as error:
                raise self._explain(error) from error
        return report

    def sweep(self) -> None:
        """Remove what an index that was built anew has replaced. Only for who is alone."""
        sweep(self.folder)

    def _explain(self, error: OSError) -> CollectionError:
        reason = error.strerror or error
        return CollectionError(
            f"the index in {self.folder} can't be written ({reason}); check the disk and who may write"
        )
