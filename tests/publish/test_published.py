"""The report that is published, as large as reports are: all of it goes into a document, and nothing of it breaks a rule."""

import shutil
from pathlib import Path

from survey.app.feishu import FeishuRequest, preview_feishu
from tests.publish.conftest import CHAT, HOOK, Way
from tests.publish.reading import tree_text


def test_the_published_report_as_a_document(way: Way, project: Path) -> None:
    """The tree that is read from the tenant is the one that `make publish` commits as text."""
    shutil.copyfile(project / "reports" / "published" / "survey.json", way.report / "survey.json")
    way.export(CHAT, "webhook")
    shown = preview_feishu(FeishuRequest(report=way.report))
    assert tree_text(way.document) == shown.tree
    assert way.fake.steps().count("write") > 10
    assert way.fake.refusals == [], "no limit was run into, and no rule broken"
    assert [len(way.fake.chat(each)) for each in (CHAT, f"hook {HOOK}")] == [1, 1]
