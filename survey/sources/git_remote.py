"""Asks one remote for refs, trees, contents and history, each under its own time limit."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from survey.model.errors import HostUnreachable, SourceError
from survey.model.urls import host_of
from survey.sources.git_command import GitFolder, GitTimeoutError
from survey.sources.git_errors import RemoteRefusedError, explain
from survey.sources.options import SourceOptions

_NAME = "survey"
"""Of the one remote: the user's own settings for `origin` must not apply to it."""
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--no-auto-maintenance", "--recurse-submodules=no")
_HOPELESS = 64
"""Refusals in a row, without one object delivered, after which a server is not asked further."""


def kept_ref(oid: str) -> str:
    """The local ref that says: this commit and all its trees are here."""
    return f"refs/survey/{oid}"


@dataclass(frozen=True, slots=True)
class Remote:
    """The repository behind `url`, as seen from `folder`, where what it gives is stored.

    Methods raise `HostUnreachable`, `RemoteRefusedError`, or `SourceError` for what the user must act on.
    """

    folder: GitFolder
    url: str
    options: SourceOptions

    @property
    def host(self) -> str:
        """For messages."""
        return host_of(self.url)

    def refs(self, *names: str) -> dict[str, str]:
        """Object ids of the refs that match `names`, of all refs without any; peeled tags are under `NAME^{}`."""
        limit = self.options.timeout if not names else self.options.reach_timeout
        try:
            output = self._ask("ls-remote", "--quiet", "--end-of-options", _NAME, *names, timeout=limit)
        except GitTimeoutError as error:
            raise HostUnreachable(
                f"{self.host} did not answer within {limit:g} s",
                hint="check the network and git's proxy settings, or use `--source registry`",
            ) from error
        lines = (line.partition("\t") for line in output.decode("utf-8", "replace").splitlines())
        return {name: oid for oid, _, name in lines if name}

    def fetch_tree(self, oid: str) -> None:
        """Bring the commit and its trees, no contents (servers without filters send those too)."""
        self._fetch("--depth=1", "--filter=blob:none", "--end-of-options", _NAME, f"+{oid}:{kept_ref(oid)}", until=self._deadline())

    def fetch_all_of(self, oid: str) -> None:
        """Bring the commit with all its contents, from a server that gives only what its refs name."""
        self._fetch("--depth=1", "--refetch", "--no-filter", "--end-of-options", _NAME, f"+{oid}:{kept_ref(oid)}", until=self._deadline())

    def fetch_history(self) -> None:
        """Bring every commit that a branch or tag reaches, without trees or contents."""
        specs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        self._fetch("--filter=tree:0", "--update-shallow", "--end-of-options", _NAME, *specs, until=self._deadline())

    def fetch_objects(self, oids: Iterable[str]) -> None:
        """Bring these objects in one batch; what the server cannot give is found by leaving it out, and is left out."""
        until = self._deadline()
        batches, refusals, delivered = [sorted(oids)], 0, False
        while batches:
            batch = batches.pop()
            try:
                # As git's own lazy fetch does: nothing is offered in exchange, so nothing is thought to be here already.
                self._fetch("--filter=blob:none", "--stdin", _NAME, until=until, stdin="\n".join(batch), negotiate="noop")
                delivered = True
            except RemoteRefusedError as refusal:
                if refusal.unadvertised:
                    raise
                if refusal.objects.isdisjoint(batch):
                    refusals += 1
                    if refusals > _HOPELESS and not delivered:
                        raise
                    half = len(batch) // 2
                    batches += [part for part in (batch[half:], batch[:half]) if half and part]
                elif rest := [oid for oid in batch if oid not in refusal.objects]:
                    batches.append(rest)

    def _deadline(self) -> float:
        return time.monotonic() + self.options.timeout

    def _fetch(self, *arguments: str, until: float, stdin: str = "", negotiate: str = "consecutive") -> None:
        left = until - time.monotonic()
        try:
            if left <= 0:
                raise GitTimeoutError
            self._ask(*_FETCH, *arguments, timeout=left, stdin=stdin, negotiate=negotiate)
        except GitTimeoutError as error:
            raise SourceError(
                f"{self.host} took longer than {self.options.timeout:g} s to deliver",
                hint="try again (what has arrived is kept), or allow more time with `--timeout`",
            ) from error

    def _ask(self, *arguments: str, timeout: float, stdin: str = "", negotiate: str = "consecutive") -> bytes:
        config = {f"remote.{_NAME}.url": self.url, "fetch.negotiationAlgorithm": negotiate}
        output = self.folder.online(*arguments, timeout=timeout, config=config, stdin=stdin.encode())
        if output.status:
            raise explain(self.host, output.stderr)
        return output.stdout
