"""Real little projects on disk."""

from pathlib import Path

SOURCE = '''\
"""Writes the prompt where the environment allows it."""

import os

from opentelemetry import trace

tracer = trace.get_tracer(__name__)


class TinyInstrumentor:
    """Wraps the client."""

    def instrument(self) -> None:
        patch(self._wrap)

    def _wrap(self, wrapped, instance, args, kwargs):
        with tracer.start_as_current_span("chat") as span:
            if os.environ.get("TINY_CAPTURE_CONTENT", "true").lower() == "true":
                span.set_attribute("gen_ai.input.messages", str(kwargs.get("messages")))
            return wrapped(*args, **kwargs)
'''


def write_package(folder: Path, name: str) -> None:
    """One importable package called `name` in `folder`."""
    module = name.replace("-", "_")
    (folder / module).mkdir(parents=True)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1.0"\n')
    (folder / module / "__init__.py").write_text(SOURCE)
