"""A Chroma server on the network: its address, and a connection to it and to nothing else.

The server is handed vectors, never an embedding function: it needs no model, and what could be executed there (its
Python edition had CVE-2026-45829) is not offered. Put authentication before it, or bind it to the loopback address:
``chroma run`` asks nobody for a token.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from vectorstore.errors import CollectionError

COLLECTION = "belegt"
TENANT = "default_tenant"
DATABASE = "default_database"
API = "/api/v2"
OLDEST = 1
"""The first version that keeps a collection's configuration as we hand it over."""
PATIENCE = 5.0
"""Seconds until a server that doesn't take a connection, or doesn't greet, is said not to be there."""
LONGEST_CALL = 300.0
"""Seconds that one call may take: a write into a million passages rewrites 2 GB of vectors now and then."""
UNUSED_PORT = 8000
"""Chroma's client wants a port besides the address; where the address is a whole one it doesn't look at it."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]")
"""What Chroma allows, and a length that all of its servers take; a name becomes a part of addresses."""
TOKEN_CHARACTERS = frozenset(string.ascii_letters + string.digits + string.punctuation)


@dataclass(frozen=True, slots=True)
class Server:
    """A collection on a Chroma server.

    ``url`` is ``http(s)://host:port[/path]``; without a port, that of the scheme. ``token`` is sent as a bearer token
    and as Chroma's own header, and never shown.
    """

    url: str
    collection: str = COLLECTION
    token: str | None = field(default=None, repr=False)
    tenant: str = TENANT
    database: str = DATABASE

    def __str__(self) -> str:
        return f"the collection {self.collection!r} on {shown(self.url)}"

    @property
    def address(self) -> str:
        """The address without a slash at its end.

        Raises:
            CollectionError: it is no address of a server.
        """
        try:
            parts = urlsplit(self.url)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fine = False
        if not fine or set(self.url) & set(" \t\r\n\\") or not self.url.isascii():
            raise CollectionError(f"{shown(self.url)} is no address of a Chroma server; write http://host:port")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise CollectionError(
                f"the address of the Chroma server {shown(self.url)} holds more than http://host:port/path; "
                "give the token by its own setting"
            )
        return self.url.rstrip("/")

    def check_names(self) -> None:
        """Make sure that the names are such as Chroma takes.

        Raises:
            CollectionError: one isn't.
        """
        names = {"collection": self.collection, "tenant": self.tenant, "database": self.database}
        for part, name in names.items():
            if not NAME.fullmatch(name):
                raise CollectionError(
                    f"the {part} {name[:40]!r} is no name for Chroma; take 3 to 128 letters, digits or ._-"
                )

    @property
    def headers(self) -> dict[str, str]:
        """What each request carries.

        Raises:
            CollectionError: the token holds what no header may.
        """
        if not self.token:
            return {}
        if not TOKEN_CHARACTERS.issuperset(self.token):
            raise CollectionError("the token of the Chroma server holds a blank or another odd character; copy it anew")
        return {"Authorization": f"Bearer {self.token}", "X-Chroma-Token": self.token}


def connect(server: Server) -> Any:
    """Return Chroma's client for a server, its telemetry off, after a look whether the server is one.

    Raises:
        CollectionError: the address or a name is none, nobody answers there, the token is wrong, or it isn't Chroma or
            too old.
    """
    address, headers = server.address, server.headers
    server.check_names()
    greet(server)
    import chromadb
    import httpx

    settings = quiet_settings(chroma_server_host=address, chroma_server_http_port=UNUSED_PORT)
    try:
        client = chromadb.HttpClient(
            host=address,
            port=UNUSED_PORT,
            ssl=address.startswith("https:"),
            headers=headers,
            settings=settings,
            tenant=server.tenant,
            database=server.database,
        )
    except Exception as error:  # Chroma's errors have no common root
        raise CollectionError(
            f"the Chroma server at {address} refuses tenant {server.tenant!r}, database {server.database!r} "
            f"({reason_of(error)}); check their names and the token"
        ) from error
    session = getattr(getattr(client, "_server", None), "_session", None)
    if isinstance(session, httpx.Client):  # Chroma's own would wait for ever, and offers no setting
        session.timeout = httpx.Timeout(LONGEST_CALL, connect=PATIENCE)
    return client


def quiet_settings(**more: Any) -> Any:
    """Return Chroma's settings with nothing in them that connects elsewhere, whatever the environment says."""
    from chromadb.config import Settings

    ours: dict[str, Any] = {
        "_env_file": None,  # a file .env in the working folder is not ours to obey
        "anonymized_telemetry": False,
        "chroma_otel_collection_endpoint": "",
        "chroma_client_auth_provider": None,
    }
    return Settings(**ours, **more)


def greet(server: Server) -> None:
    """Make sure that a Chroma server of a fitting version answers and lets us in; reads nothing of its data.

    Raises:
        CollectionError: it doesn't.
    """
    import httpx

    address = server.address
    try:
        with httpx.Client(headers=server.headers, timeout=PATIENCE) as session:
            answers = [session.get(f"{address}{API}/{path}") for path in ("heartbeat", "auth/identity", "version")]
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise CollectionError(
            f"the Chroma server at {address} doesn't answer ({reason_of(error)}); check the address and that it runs"
        ) from error
    if any(answer.status_code in (401, 403) for answer in answers):
        raise CollectionError(f"the Chroma server at {address} doesn't accept the token; check it and who may come in")
    try:
        beats = "nanosecond heartbeat" in answers[0].json()
        major = int(str(answers[2].json()).split(".")[0])
    except (ValueError, TypeError):
        beats, major = False, 0
    if not beats:
        raise CollectionError(
            f"what answers at {address} is no Chroma server, or one older than version {OLDEST}; check the address"
        )
    if major < OLDEST:
        raise CollectionError(f"the Chroma server at {address} is older than version {OLDEST}; update it")


def shown(url: str) -> str:
    """Return an address fit for a message: one line, without a name and password in it."""
    scheme, slashes, rest = url.partition("//")
    host, slash, path = rest.partition("/")
    bare = scheme + slashes + host.rpartition("@")[2] + slash + path if slashes else url.rpartition("@")[2]
    return ascii(bare)[1:-1]


def reason_of(error: BaseException) -> str:
    """Return what an error says first, as one line; its kind where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
