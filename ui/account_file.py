"""The file that names who may sign in: a line ``name:password`` each, the password as it is or hashed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from assistant import BelegtError
from assistant.watching import Complain
from ui.password_hash import HASHED, Hash, fold
from ui.signing_in import LONGEST, Accounts

LARGEST_FILE = 1_000_000  # bytes; some ten thousand accounts
SHORTEST = 8  # characters of a password that is to be hashed; the least that NIST SP 800-63B takes


class SignInError(BelegtError):
    """The names and passwords can't be read."""


def read_accounts(path: Path, *, complain: Complain = lambda line: None) -> Accounts:
    """Return the accounts of a file that holds one ``name:password`` a line; empty lines and ``#`` lines are skipped.

    Args:
        path: the file.
        complain: receives a line where others can read it, too.

    Raises:
        SignInError: it can't be read, or a line isn't as it should be; the message names its number, never its content.
    """
    text = _read_text(path)
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        complain(f"{path} can be read by other users of this computer; run: chmod 600 {path}")
    plain: dict[str, str] = {}
    hashed: dict[str, Hash] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, password = line.partition(":")
        name, password = fold(name.strip()), fold(password)
        if not name or not password or max(len(name), len(password)) > LONGEST:
            raise SignInError(f"{path}, line {number}: write name:password, each with 1 to {LONGEST:,} characters")
        if name in plain or name in hashed:
            raise SignInError(f"{path}, line {number}: this name stands there twice")
        if password.startswith(HASHED):
            hashed[name] = _read_hash(password, f"{path}, line {number}")
        else:
            plain[name] = password
    if not plain and not hashed:
        raise SignInError(f"{path} names nobody who may sign in; write a line name:password, or use: belegt password")
    return Accounts(plain, hashed)


def write_account(name: str, password: str) -> str:
    """Return the line that names an account, its password hashed.

    Raises:
        SignInError: the name can't stand in a line, or the password is too short or too long.
    """
    name = fold(name.strip())
    if not name or len(name) > LONGEST or name.startswith("#") or ":" in name or not name.isprintable():
        raise SignInError("the name is one word or more, without a colon, and begins with no #")
    if not SHORTEST <= len(fold(password)) <= LONGEST:
        raise SignInError(f"the password has {SHORTEST} to {LONGEST:,} characters")
    return f"{name}:{Hash.of(fold(password))}"


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SignInError(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; name fewer people")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SignInError(f"{path} can't be read ({error.strerror or error})") from error
    except UnicodeDecodeError:
        raise SignInError(f"{path} is not UTF-8; save it as UTF-8") from None


def _read_hash(password: str, place: str) -> Hash:
    try:
        return Hash.read(password)
    except ValueError:
        raise SignInError(f"{place}: this is no hash that belegt password printed") from None
