"""Analyses that go wrong in every way a worker process can; they run in real workers."""

import os
import signal
import time
from pathlib import Path

from survey.app.jobs import Crash, analyse, read_bundle
from survey.model.document import Package


def misbehave(bundle: Path, index: int) -> Package | Crash:
    match read_bundle(bundle).packages[index].name:
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exits":
            os._exit(7)
        case "hangs":
            time.sleep(600)
        case "raises":
            raise RuntimeError("boom")
    return analyse(bundle, index)
