"""One folder a language: the only place that knows a grammar, a package format or an import rule."""
