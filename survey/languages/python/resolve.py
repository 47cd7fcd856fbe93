"""Python's rule for relative imports, as a pure function."""


def absolute_module(module: str, level: int, importer: str, importer_is_package: bool) -> str:
    """The dotted name that `from {level dots}{module} import …` in the module `importer` means.

    `level` 0 is an absolute import. One dot is the importer's own package, which is the importer itself when it is a
    package. '' when the dots lead out of the topmost package, which Python refuses at run time.
    """
    if level == 0:
        return module
    parts = importer.split(".") if importer else []
    drop = level - 1 if importer_is_package else level
    if drop >= len(parts) and not (drop == 0 and parts):
        return ""
    base = parts[: len(parts) - drop]
    return ".".join((*base, module) if module else base)
