"""An export in a process of its own that can be killed: the modules are loaded once, every process is forked from there."""

import multiprocessing
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from survey.app.feishu import FeishuRequest, export_feishu
from survey.publish import exporting
from survey.publish.api import FeishuApi
from survey.publish.fitting import batches
from tests.publish.tenant_parts import ManualClock

PATIENCE = 30.0


def start_export(report: Path, notify: tuple[str, ...], most: int) -> BaseProcess:
    """A running export with the settings of this process's environment; `most` blocks a request."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lark_oapi", "requests", __name__])
    process = context.Process(target=_export, args=(report, notify, most, dict(os.environ)), daemon=True)
    process.start()
    return process


@dataclass
class Victim:
    """A process that is to be killed in the middle."""

    process: BaseProcess | None = None

    def kill(self) -> None:
        """End it by SIGKILL."""
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)


def _export(report: Path, notify: tuple[str, ...], most: int, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    setattr(exporting, "batches", partial(batches, most=most))  # noqa: B010 - as monkeypatch does, in a process of its own
    clock = ManualClock()
    export_feishu(
        FeishuRequest(report=report, notify=notify), lambda _: None, lambda settings: FeishuApi(settings, clock, timeout=PATIENCE)
    )
