"""An export from the report to the document that people read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

from survey.app.feishu import FeishuRequest, preview_feishu
from survey.cli import main
from survey.model.document import Document, RecordGate
from survey.model.errors import UsageError
from survey.model.vocabulary import Channel, Default, GateKind, TargetStatus
from survey.publish.errors import FeishuError
from survey.view.wording import LANGUAGES, load_wording
from tests.publish.conftest import CHAT, WORDS, Way, many_packages, write_recording, write_report
from tests.publish.reading import tree_text
from tests.publish.sound import opus
from tests.publish.tenant_parts import App, Fault
from tests.report.documents import document, package, record, target

Set = Callable[[str, str], None]


def report_of_two() -> Document:
    gate = RecordGate(kind=GateKind.ENV, name="SDK_CAPTURE", default="true", values=("true", "false"))
    first = package(
        "first-sdk", record(gates=[gate], ungated=1), record(Channel.LOG_RECORD, default=Default.OFF, key="gen_ai.user.message")
    )
    return document(
        target("one", first), target("two", package("second-sdk"), status=TargetStatus.PARTIAL, reason="1 of 2 packages failed")
    )


def test_the_document_says_what_the_report_says(way: Way) -> None:
    write_report(way.report, report_of_two())
    result = way.export()
    text = tree_text(way.document)
    assert way.document.title == "Where agent-observability SDKs put prompts"
    assert result.url == f"https://tenant.feishu.cn/docx/{way.document.id}"
    assert "  - 1 of the packages surveyed (2) writes the prompt" in text
    link = "sdk/spans.py:10 <https://github.com/example/sdk/blob/0123456789abcdef0123456789abcdef01234567/src/sdk/spans.py#L10-L11>"
    keys = "gen_ai.input.messages, gen_ai.user.message"
    row = f"| first-sdk 1.2.3 | A span attribute ● on, L log record ○ off | not found | differs | SDK_CAPTURE | {keys} | {link} |"
    assert row in text.splitlines()
    assert f"| span attribute | input | on | gen_ai.input.messages | SDK_CAPTURE | {link} |" in text.splitlines()
    assert "No write of conversation content was found." in text
    assert "- Two partial: 1 of 2 packages failed" in text
    for heading in ("# The two hypotheses", "# Package by package", "## One", "# The evidence, per package", "### first-sdk 1.2.3"):
        assert heading in text.splitlines()


def test_a_second_export_writes_nothing(way: Way) -> None:
    first = way.export()
    revision, way.told[:], way.fake.requests[:] = way.document.revision, [], []
    assert way.export() == first
    assert way.told[0] == "The document is up to date; nothing was written."
    assert set(way.fake.steps()) == {"token", "look", "verify"}
    assert way.document.revision == revision


def test_a_document_that_nobody_can_open_is_said(way: Way, setenv: Set) -> None:
    """The first export of a first user: without a member, a chat or a link the address leads to a closed door."""
    way.export()
    assert way.told[-1].startswith("Shared with nobody: only the app itself can open the document. Set `members`, `chat` or `link`")
    for name, value in (("LINK", "tenant_readable"), ("MEMBERS", "email:a@example.com")):
        way.told.clear()
        setenv(name, value)
        way.export()
        assert not any("Shared with nobody" in line for line in way.told)


def test_a_folder_that_is_set_later_moves_nothing_and_that_is_said(way: Way, setenv: Set) -> None:
    way.fake.folders["fldcnA1"] = way.app_id
    way.export()
    setenv("FOLDER", "fldcnA1")
    for _ in range(2):
        way.told.clear()
        way.export()
        assert way.told[0].startswith(f"The document {way.document.id} was made before `folder` and `wiki` were as they are now")
    (way.report / "feishu.json").unlink()
    for _ in range(2):
        way.told.clear()
        way.export()
        assert not any("was made before" in line for line in way.told)
    assert [each.folder for each in way.fake.documents.values()] == ["", "fldcnA1"]


@pytest.mark.parametrize(
    ("settings", "notify"),
    [
        ({}, ()),
        ({"MEMBERS": "email:a@example.com", "LINK": "tenant_readable"}, ()),
        ({"CHAT": CHAT}, ("chat",)),
        ({"WIKI": "7000"}, (CHAT,)),
    ],
)
def test_the_scopes_that_a_dry_run_tells_are_enough(settings: dict[str, str], notify: tuple[str, ...], way: Way, setenv: Set) -> None:
    """And none can be left out, but for the one that only an interrupted export needs."""
    way.fake.wikis["7000"] = way.app_id
    write_recording(way.report, opus(1.0))
    for name, value in settings.items():
        setenv(name, value)
    (told,) = [fact for fact in preview_feishu(FeishuRequest(report=way.report, notify=notify)).facts if fact.id == "feishu.plan.scopes"]
    scopes = frozenset(told.params["scopes"])
    for lacking in scopes - {"space:document:retrieve"}:
        way.fake.apps[way.app_id].scopes = scopes - {lacking}
        with pytest.raises(FeishuError, match=f"lacks the permission {lacking}") as caught:
            way.export(*notify)
        assert scopes <= set(caught.value.hint.partition("?q=")[2].partition(", which")[0].split(",")), "all of them, at once"
        way.fake.forget()
        (way.report / "feishu.json").unlink(missing_ok=True)
    way.fake.apps[way.app_id].scopes = scopes
    way.export(*notify)


def test_a_changed_report_updates_the_same_document(way: Way) -> None:
    first = way.export()
    write_report(way.report, many_packages(30))
    assert way.export() == first
    assert "### sdk-29 1.2.3" in tree_text(way.document)
    write_report(way.report, many_packages(3))
    assert way.export() == first
    assert "### sdk-29" not in tree_text(way.document)
    assert tree_text(way.document).count("### sdk-2 1.2.3") == 1


def test_what_somebody_broke_is_mended(way: Way) -> None:
    way.export()
    tree = tree_text(way.document)
    way.document.remove(way.document.id, 2, 5)
    way.export()
    assert tree_text(way.document) == tree


def test_a_deleted_document_is_made_anew(way: Way) -> None:
    way.export()
    way.fake.documents.clear()
    way.export()
    assert "The document is not there any more; another is made." in way.told
    assert way.document.id in way.state


def test_each_language_has_a_document(way: Way) -> None:
    for language in LANGUAGES:
        way.export(language=language)
    assert [each.title for each in way.fake.documents.values()] == [load_wording(language)("title") for language in LANGUAGES]
    assert way.fake.refusals == []


def test_sharing(way: Way, setenv: Set) -> None:
    setenv("MEMBERS", "email:a@example.com=edit, openid:ou_1")
    setenv("LINK", "anyone_readable")
    setenv("CHAT", CHAT)
    way.export()
    assert [(each["member_type"], each["member_id"], each["perm"]) for each in way.document.members] == [
        ("email", "a@example.com", "edit"),
        ("openid", "ou_1", "view"),
        ("openchat", CHAT, "view"),
    ]
    assert way.document.public == {"link_share_entity": "anyone_readable", "external_access_entity": "open"}
    way.fake.requests.clear()
    setenv("MEMBERS", "email:a@example.com=edit, openid:ou_1, email:b@example.com")
    way.export()
    assert way.fake.steps().count("share") == 1, "who has it already is not given it again"


def test_into_a_folder(way: Way, setenv: Set) -> None:
    way.fake.folders["fldmine"] = way.app_id
    setenv("FOLDER", "fldmine")
    way.export()
    assert way.document.folder == "fldmine"


def test_into_a_wiki(way: Way, setenv: Set) -> None:
    way.fake.wikis["7000"] = way.app_id
    setenv("WIKI", "7000")
    way.export()
    assert way.document.wiki
    assert "# The answer" not in tree_text(way.document)
    assert "### sdk-0 1.2.3" in tree_text(way.document)


def test_a_wiki_page_whose_making_was_not_heard_of_is_found(way: Way, setenv: Set) -> None:
    way.fake.wikis["7000"] = way.app_id
    setenv("WIKI", "7000")
    way.fake.faults.append(Fault("create wiki", "html 502 after"))
    way.export()
    assert "### sdk-0 1.2.3" in tree_text(way.document)


def test_into_a_document_of_ones_own(way: Way, setenv: Set) -> None:
    mine = way.fake._made(way.app_id, "Mine", "")
    setenv("DOCUMENT", f"https://tenant.feishu.cn/docx/{mine.id}?from=copy")
    way.export()
    assert way.document is mine
    assert "### sdk-0 1.2.3" in tree_text(mine)
    (way.report / "feishu.json").unlink()
    with pytest.raises(FeishuError, match="is not empty, and its title is not"):
        way.export()
    mine.title = "Where agent-observability SDKs put prompts"
    way.export()
    assert tree_text(mine).count("### sdk-0 1.2.3") == 1, "a machine without the state updates its document, too"


def test_no_address_is_told(way: Way) -> None:
    way.fake.urls = False
    assert way.export().url == f"{way.fake.origin}/docx/{way.document.id}"


def test_one_export_at_a_time(way: Way) -> None:
    with FileLock(way.report / ".feishu.json.lock"), pytest.raises(UsageError, match="another export"):
        way.export()
    assert way.fake.requests == []


def test_another_app_has_a_document_of_its_own(way: Way, setenv: Set) -> None:
    way.export()
    way.fake.apps["cli_second"] = App("other")
    setenv("APP_ID", "cli_second")
    setenv("APP_SECRET", "other")
    way.export()
    assert [each.owner for each in way.fake.documents.values()] == [way.app_id, "cli_second"]


def test_a_token_that_runs_out_is_renewed(way: Way) -> None:
    way.fake.expire = 100.0
    way.export()
    way.clock.sleep(50.0)
    way.export()
    assert way.fake.refusals == []


def test_the_pace_keeps_below_the_limits(way: Way) -> None:
    write_report(way.report, many_packages(60))
    way.export()
    assert way.fake.steps().count("write") > 3
    assert way.fake.refusals == []


def test_a_state_of_something_else_is_told(way: Way) -> None:
    (way.report / "feishu.json").write_text("[]")
    with pytest.raises(UsageError, match="was not written by this version") as caught:
        way.export()
    assert "delete it" in caught.value.hint
    assert way.fake.requests == []


def test_a_dry_run_needs_no_app_and_sends_nothing(way: Way, monkeypatch: pytest.MonkeyPatch, setenv: Set) -> None:
    way.export()
    tree = tree_text(way.document)
    way.fake.requests.clear()
    monkeypatch.delenv("SURVEY_FEISHU_APP_ID")
    monkeypatch.delenv("SURVEY_FEISHU_APP_SECRET")
    setenv("MEMBERS", "email:a@example.com=edit")
    shown = preview_feishu(FeishuRequest(report=way.report, notify=("webhook",)))
    assert shown.tree == tree
    assert [WORDS(fact) for fact in shown.facts] == [
        f"Would write Where agent-observability SDKs put prompts: {len(way.document.blocks) - 1} blocks in 1 requests.",
        f"Place: the app's own space at {way.fake.origin}.",
        "Shared with email:a@example.com=edit.",
        "Told: the webhook (which cannot carry a voice message).",
        (
            "Permissions that the app needs: docx:document, drive:drive.metadata:readonly, docs:permission.member:create, "
            "space:document:retrieve."
        ),
    ]
    assert way.fake.requests == []


def test_the_state_is_small_and_whole(way: Way) -> None:
    way.export("webhook")
    state = json.loads(way.state)
    (entry,) = state["documents"].values()
    assert entry["phase"] == "written"
    assert entry["document_id"] == way.document.id
    assert sorted(path.name for path in Path(way.report).iterdir() if not path.name.startswith(".")) == ["feishu.json", "survey.json"]


def test_the_command(way: Way) -> None:
    way.fake.write_rate = way.fake.read_rate = None
    way.fake.faults.append(Fault("write", "html login page"))
    refused = CliRunner().invoke(main, ["export", "feishu", str(way.report)])
    assert refused.exit_code == 6
    assert "survey: cannot write to the document: what came back with HTTP 200 is no answer of Feishu's" in refused.stderr
    assert "hint: is there a proxy" in refused.stderr
    assert "Traceback" not in refused.output
    done = CliRunner().invoke(main, ["export", "feishu", str(way.report), "--lang", "en", "--notify", CHAT])
    assert (done.exit_code, done.stdout) == (0, f"https://tenant.feishu.cn/docx/{way.document.id}\n")
    assert f"Told chat {CHAT}." in done.stderr
