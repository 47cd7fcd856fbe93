"""Whatever Feishu refuses is told in the user's words, with what to do; and never a secret."""

import logging
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from survey.cli import main
from survey.publish.errors import KNOWN, SCOPE_MISSING, FeishuError, refusal
from survey.view.sentences import in_words
from survey.view.wording import load_wording, say
from tests.publish.conftest import CHAT, HOOK, HOOK_SECRET, SECRET, Way
from tests.publish.tenant_parts import App, Fault

Set = Callable[[str, str], None]
SCOPES = frozenset(
    {
        "docx:document",
        "drive:drive.metadata:readonly",
        "space:document:retrieve",
        "docs:permission.member:create",
        "docs:permission.setting:write_only",
        "im:message:send_as_bot",
        "im:resource",
    }
)
"""What the README says to grant (with `wiki:wiki` for a wiki), which `tests/project` holds."""


def refused(way: Way, *notify: str) -> FeishuError:
    with pytest.raises(FeishuError) as caught:
        way.export(*notify)
    error = caught.value
    assert error.hint
    for secret in (SECRET, HOOK, HOOK_SECRET):
        assert secret not in f"{error} {error.hint} {error.__cause__} {way.told}"
    return error


@pytest.mark.parametrize(
    ("lacking", "scope", "notify"),
    [
        ("docx:document", "docx:document:create", ()),
        ("drive:drive.metadata:readonly", "drive:drive.metadata:readonly", ()),
        ("docs:permission.member:create", "docs:permission.member:create", ()),
        ("docs:permission.setting:write_only", "docs:permission.setting:write_only", ()),
        ("im:message:send_as_bot", "im:message:send_as_bot", (CHAT,)),
    ],
)
def test_a_missing_scope_is_named(lacking: str, scope: str, notify: tuple[str, ...], way: Way, setenv: Set) -> None:
    """With the scopes that the README asks for less one, the error names that one and where to add it."""
    setenv("MEMBERS", "email:a@example.com")
    setenv("LINK", "tenant_readable")
    way.fake.apps[way.app_id].scopes = SCOPES - {lacking}
    error = refused(way, *notify)
    assert scope in str(error)
    assert f"{way.fake.origin}/app/{way.app_id}/auth?q=" in error.hint
    assert "publish a version" in error.hint
    way.fake.apps[way.app_id].scopes = SCOPES
    way.export(*notify)


def test_a_wrong_secret(way: Way, setenv: Set) -> None:
    setenv("APP_SECRET", "wrong-secret")
    error = refused(way)
    assert "the app id or its secret is wrong" in str(error)
    assert "wrong-secret" not in f"{error} {error.hint}", "Feishu's answer repeats it"


def test_an_unknown_app(way: Way, setenv: Set) -> None:
    setenv("APP_ID", "cli_unknown")
    assert "the app id or its secret is wrong" in str(refused(way))


def test_a_folder_that_is_not_there(way: Way, setenv: Set) -> None:
    setenv("FOLDER", "fldnone")
    assert "there is no such folder" in str(refused(way))


def test_a_folder_that_may_not_be_written(way: Way, setenv: Set) -> None:
    way.fake.folders["fldother"] = "somebody"
    setenv("FOLDER", "fldother")
    error = refused(way)
    assert "the app may not write to the folder" in str(error)
    assert "group that the app's bot is in" in error.hint
    setenv("FOLDER", "")
    way.export()
    assert way.fake.steps().count("find") == 0, "nothing was made, so nothing is looked for"


def test_a_wiki_page_given_as_folder(way: Way, setenv: Set) -> None:
    setenv("FOLDER", "wikcn123")
    assert "set `wiki` to the number of the wiki's space" in refused(way).hint


def test_a_wiki_the_app_is_no_member_of(way: Way, setenv: Set) -> None:
    way.fake.wikis["7000"] = "somebody"
    setenv("WIKI", "7000")
    assert "make the app a member" in refused(way).hint


def test_a_document_of_somebody_else(way: Way, setenv: Set) -> None:
    other = way.fake._made("somebody", "theirs", "")
    setenv("DOCUMENT", other.id)
    assert "may not write to the document" in str(refused(way))


def test_a_document_that_is_not_there(way: Way, setenv: Set) -> None:
    setenv("DOCUMENT", "doxcnNothingOfThatName1234567")
    assert "it is not there any more" in str(refused(way))


def test_a_bot_that_is_not_in_the_chat(way: Way) -> None:
    way.fake.chats["oc_other"] = set()
    error = refused(way, "oc_other")
    assert "the app's bot is not in the chat" in str(error)
    assert "Add bot" in error.hint


def test_a_chat_that_the_bot_is_not_in_is_told_when_the_document_is_shared_with_it(way: Way, setenv: Set) -> None:
    """Sharing comes before telling, and Feishu says "invalid operation" there."""
    way.fake.chats["oc_other"] = set()
    setenv("CHAT", "oc_other")
    error = refused(way, "chat")
    assert "cannot share the document with openchat:oc_other: the app's bot is not in the chat" in str(error)
    assert "Add bot" in error.hint
    way.fake.chats["oc_other"].add(way.app_id)
    way.export("chat")
    assert len(way.fake.documents) == 1
    assert len(way.fake.chat("oc_other")) == 1


def test_an_app_without_a_bot(way: Way) -> None:
    way.fake.apps[way.app_id].bot = False
    assert "the app has no bot" in str(refused(way, CHAT))


def test_a_quota_that_is_used_up(way: Way) -> None:
    way.fake.apps[way.app_id].quota = 2
    assert "quota of Feishu calls for this month" in str(refused(way))
    way.fake.apps[way.app_id].quota = None
    way.export()
    assert len(way.fake.documents) == 1


def test_a_link_that_the_tenant_forbids(way: Way, setenv: Set) -> None:
    way.fake.faults += [Fault("link", "html login page")]
    setenv("LINK", "tenant_readable")
    error = refused(way)
    assert "no answer of Feishu's" in str(error)
    assert "proxy or a login page" in error.hint


def test_no_connection(way: Way, setenv: Set) -> None:
    setenv("DOMAIN", "http://127.0.0.1:9")
    error = refused(way)
    assert "the connection failed" in str(error)
    assert sum(way.clock.slept) > 10, "it was tried for a while"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WEBHOOK_SECRET", "another-secret", "signature is not accepted"),
        ("WEBHOOK", "{origin}/open-apis/bot/v2/hook/gone", "there is no such webhook"),
        ("WEBHOOK", "{origin}/somewhere", "no answer of Feishu's"),
        ("WEBHOOK", "http://127.0.0.1:9/open-apis/bot/v2/hook/x", "the connection failed"),
    ],
)
def test_a_webhook_that_does_not_take_it(name: str, value: str, says: str, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(f"SURVEY_FEISHU_{name}", value.format(origin=way.fake.origin))
        assert says in str(refused(way, "webhook"))
    way.export("webhook")
    assert len(way.fake.messages) == 1, "what surely was not sent is sent the next time"


def test_a_webhook_that_wants_a_keyword(way: Way) -> None:
    way.fake.hooks[HOOK] = (HOOK_SECRET, "deploy")
    assert "wants a keyword" in str(refused(way, "webhook"))


def test_a_webhook_that_wants_a_signature_while_no_secret_is_set(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SURVEY_FEISHU_WEBHOOK_SECRET")
    error = refused(way, "webhook")
    assert "wants a signature, and there is no secret to sign with" in str(error)
    assert "set `webhook_secret`" in error.hint


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_keyword_that_is_proposed_is_in_the_card(language: str, way: Way) -> None:
    keyword = re.findall(r"`([^`]+)`", load_wording(language)("feishu.do.hook_keyword"))[0]
    way.fake.hooks[HOOK] = (HOOK_SECRET, keyword)
    way.export("webhook", language=language)
    assert len(way.fake.messages) == 1


NAMES = re.compile(
    r"`[^`]*`|https?://\S+|App (ID|Secret)|Survey|MB|IP|webhook|invalid param|log-1|docx:document|feishu\.json|feishu|lark|domain"
)
"""What stays as it is in any language."""


@pytest.mark.parametrize("code", [*KNOWN, SCOPE_MISSING, 424242])
def test_every_refusal_is_said_in_chinese(code: int) -> None:
    body = {"code": code, "msg": "invalid param", "error": {"permission_violations": [{"subject": "docx:document"}]}}
    error = refusal(say("feishu.act.create"), body, "log-1", app_id="cli_1", console="https://open.feishu.cn", hide=str)
    said, hint = (in_words(text, family, load_wording("zh")) for text, family in ((error.args[0], "error"), (error.hint, "hint")))
    assert said.startswith("无法创建文档：")
    assert f"飞书错误码 {code}：invalid param；日志 ID log-1" in said
    assert not re.search(r"[A-Za-z]{3,}", NAMES.sub("", said + hint)), said + hint
    assert re.search(r"[\u4e00-\u9fff]", hint)


def test_the_command_speaks_chinese(way: Way, setenv: Set) -> None:
    setenv("APP_SECRET", "wrong-secret")
    done = CliRunner().invoke(main, ["export", "feishu", str(way.report), "--lang", "zh"])
    assert done.exit_code == 6
    first, hint = done.stderr.splitlines()
    assert first == "survey: 无法登录：App ID 或 App Secret 不对（飞书错误码 10015：app secret invalid: ***；日志 ID 20260101LOGID）"
    assert hint == f"  提示：从 {way.fake.origin}/app 重新复制 App ID 和 App Secret，并检查 `domain`（feishu 或 lark）"
    setenv("LINK", "everybody")
    setenv("CHATS", "oc_1")
    done = CliRunner().invoke(main, ["export", "feishu", str(way.report), "--lang", "zh"])
    assert done.exit_code == 2
    assert "飞书的配置不对：SURVEY_FEISHU_LINK：必须是 'tenant_readable'" in done.stderr
    assert "SURVEY_FEISHU_CHATS：没有这个设置，是不是 chat？" in done.stderr


def test_no_secret_in_any_log_or_file(way: Way, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("Lark").setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        way.fake.faults += [Fault("write", "busy"), Fault("hook", "rate 429"), Fault("verify", "token dropped")]
        way.export(CHAT, "webhook")
    logging.getLogger("Lark").setLevel(logging.WARNING)
    out, err = capfd.readouterr()
    token = way.fake.apps[way.app_id].token
    written = "".join(path.read_text() for path in way.report.iterdir())
    for secret in (SECRET, HOOK, HOOK_SECRET, token):
        assert secret not in caplog.text
        assert secret not in out + err + written + "".join(way.told)


def test_two_apps_in_one_process_do_not_share_a_token(way: Way, setenv: Set) -> None:
    """The SDK's own cache knows tokens by the app's id alone, so that a wrong secret would go unnoticed."""
    way.export()
    setenv("APP_SECRET", "changed")
    way.fake.apps[way.app_id] = App("rotated")
    assert "the app id or its secret is wrong" in str(refused(way))
