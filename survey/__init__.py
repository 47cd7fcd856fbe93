"""Survey: where agent-observability SDKs write prompt and completion content."""

__version__ = "0.1.0"
