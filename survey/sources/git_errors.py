"""Tells from what git wrote why a remote did not give what it was asked, in words for the user.

Git has no error codes for this; the patterns are those of git, libcurl and ssh in the C locale.
"""

import re

from survey.model.errors import HostUnreachable, SourceError

_UNREACHABLE = (
    (r"could not resolve proxy|from proxy after connect|connect tunnel failed", "the proxy gave no way to it"),
    (r"could not resolve|name resolution", "its name could not be resolved"),
    (r"requested url returned error: 429", "it refuses further requests for now"),
    (r"requested url returned error: 403", "access was refused, by the host or by a proxy on the way"),
    (r"requested url returned error: 5\d\d", "it answered with a server error"),
    (
        r"connection (?:reset|closed)|empty reply|kex_exchange|ssl_error_syscall|unexpected eof while reading|gnutls_handshake",
        "it closed the connection",
    ),
    (
        r"failed to connect|couldn't connect|connection (?:refused|timed out)|operation timed out|network is unreachable|no route to host",
        "no connection could be made",
    ),
)
"""Told in fixed words: the reason is published, and git's own would name proxies, rewritten hosts and milliseconds."""
_CERTIFICATE = re.compile(r"ssl certificate|certificate verif|server certificate|certificate problem|certificate subject", re.IGNORECASE)
_CREDENTIALS = re.compile(
    r"could not read (?:username|password)|terminal prompts disabled|authentication failed|requested url returned error: 401"
    r"|permission denied(?: \(|, please)|host key verification failed|basic: access denied",
    re.IGNORECASE,
)
_NO_REPOSITORY = re.compile(
    r"repository .*not found|does not appear to be a git repository|requested url returned error: 404", re.IGNORECASE
)
_OBJECT_ID = re.compile(r"\b[0-9a-f]{40}\b")
_PLACE = re.compile(r"\b[a-z+]+://\S+|(?<![\w.])/[^\s'\":]+")
_LONGEST_QUOTE = 200


class RemoteRefusedError(SourceError):
    """The host answered and would not, or could not, give what it was asked; `objects` are the ids it named."""

    def __init__(self, message: str, *, hint: str = "", objects: frozenset[str] = frozenset(), unadvertised: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.objects = objects
        self.unadvertised = unadvertised
        """The server gives only what its refs name."""


def explain(host: str, stderr: str) -> SourceError:
    """The error that `stderr` of a failed remote command stands for."""
    for pattern, reason in _UNREACHABLE:
        if re.search(pattern, stderr, re.IGNORECASE):
            return HostUnreachable(
                f"{host} could not be reached: {reason}", hint="check the network and git's proxy settings, or use `--source registry`"
            )
    if _CERTIFICATE.search(stderr):
        return HostUnreachable(
            f"{host} could not be reached safely: its certificate is not trusted",
            hint="tell git about your certificate authority: git config --global http.sslCAInfo FILE",
        )
    if _CREDENTIALS.search(stderr):
        return SourceError(
            f"{host} asks for credentials: the repository is private, or there is none at this address",
            hint="check the address; for a private repository configure a git credential helper or an ssh key",
        )
    if _NO_REPOSITORY.search(stderr):
        return SourceError(f"{host} has no repository at this address", hint="check the address in the catalog")
    return RemoteRefusedError(
        f"{host} did not deliver: {_quote(stderr)}",
        hint="try again; if it stays, try another `ref` or `--source registry`",
        objects=frozenset(_OBJECT_ID.findall(stderr)),
        unadvertised="unadvertised object" in stderr,
    )


def _quote(stderr: str) -> str:
    """The line that says most, without addresses, folders of this machine, or control characters."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = next(
        (line for line in lines if line.startswith(("fatal: ", "error: ", "ssh: "))), lines[-1] if lines else "git gave no reason"
    )
    shown = _PLACE.sub("…", re.sub(r"^(?:fatal|error): ", "", telling))
    return "".join(c for c in shown if c.isprintable())[:_LONGEST_QUOTE].rstrip(".: ")
