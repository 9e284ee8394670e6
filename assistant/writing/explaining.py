"""Whatever asking a language model raised, as the one exception that the rest knows."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.writing.failures import FailureKind, LanguageModelError

STATUS: dict[int, FailureKind] = {
    401: "refused",
    403: "refused",
    404: "not there",
    408: "slow",
    413: "too large",
    429: "rate-limited",
    504: "slow",
}
LINES: dict[FailureKind, str] = {
    "not there": "no language model answers at {where}; see BELEGT_LLM_URL and BELEGT_LLM_MODEL",
    "refused": "the language model at {where} refuses the key; see BELEGT_LLM_KEY",
    "slow": "the language model at {where} takes too long; see BELEGT_LLM_SECONDS",
    "rate-limited": "the language model at {where} has too many requests; try again later",
    "server error": "the language model at {where} reports a fault of its own",
    "nonsense": "what answers at {where} is no language model",
    "empty": "the language model at {where} said nothing",
    "cut off": "the language model at {where} broke off",
    "too large": "the language model at {where} sent too much",
}


def explain(error: BaseException, *, where: str) -> LanguageModelError:
    """Return an error of ours for one of the libraries'; nothing of its words, which may hold anything.

    Args:
        error: what was raised.
        where: the server, as it may be shown.
    """
    for cause in causes(error):
        if isinstance(cause, LanguageModelError):
            own = str(cause) if cause.kind not in LINES or cause.kind == "cut off" else ""
            return LanguageModelError(cause.kind, own or LINES[cause.kind].format(where=where))
    kind = classify(error)
    return LanguageModelError(kind, LINES[kind].format(where=where))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those behind it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def classify(error: BaseException) -> FailureKind:
    """Return what an error of httpx, the openai package or LangChain means."""
    import httpx
    import openai

    for cause in causes(error):
        if isinstance(cause, openai.APIStatusError | httpx.HTTPStatusError):
            return STATUS.get(cause.response.status_code, "server error")
        if isinstance(cause, openai.APITimeoutError | httpx.TimeoutException):
            return "slow"
        if isinstance(cause, httpx.ConnectError | httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.ProxyError):
            return "not there"
        if isinstance(cause, httpx.TransportError):
            return "cut off"
        if type(cause) is openai.APIError:
            return "server error"
    return "nonsense"
