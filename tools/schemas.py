"""Writes the JSON Schemas that others rely on from the models that define them; with --check only says whether they are current."""

import json
import sys
from pathlib import Path

from survey.catalog import catalog_schema
from survey.model.document import Document

FOLDER = Path(__file__).parents[1] / "schemas"
DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def main() -> int:
    """Exit code 1 when a file had to change."""
    schemas = {"repos.schema.json": catalog_schema(), "survey.schema.json": DIALECT | Document.model_json_schema(mode="serialization")}
    stale = []
    for name, schema in schemas.items():
        path, text = FOLDER / name, json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    print("stale: " + ", ".join(stale) if stale else "schemas are current")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
