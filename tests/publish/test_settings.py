"""Where settings come from, and what is said of wrong ones."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from survey.model.errors import UsageError
from survey.publish.settings import FeishuSettings, load_settings

FILE = """
[feishu]
app_id = "cli_file"
app_secret = "file-secret"
domain = "lark"
members = ["email:a@example.com=edit", "openchat:oc_1"]
link = "tenant_readable"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "survey.toml").write_text(FILE)
    return tmp_path / "survey.toml"


def test_a_file(file: Path) -> None:
    settings = load_settings(None, file, {})
    assert settings.app_id == "cli_file"
    assert settings.origin == "https://open.larksuite.com"
    assert [str(member) for member in settings.members] == ["email:a@example.com=edit", "openchat:oc_1=view"]


def test_variables_win(file: Path) -> None:
    environment = {"SURVEY_FEISHU_APP_ID": "cli_env", "SURVEY_FEISHU_MEMBERS": "openid:ou_1", "SURVEY_FEISHU_DOMAIN": "", "OTHER": "x"}
    settings = load_settings(None, file, environment)
    assert settings.app_id == "cli_env"
    assert settings.app_secret.get_secret_value() == "file-secret"
    assert settings.domain == "lark", "an empty variable is none"
    assert [str(member) for member in settings.members] == ["openid:ou_1=view"]


def test_the_named_file_wins_over_the_usual_one(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[feishu]\napp_id = "cli_other"\n[speech]\nvoice = "x"\n')
    assert load_settings(other, file, {}).app_id == "cli_other"


def test_a_file_of_the_working_folder_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A foreign checkout must not say where the app's secret is sent to."""
    (tmp_path / "survey.toml").write_text('[feishu]\ndomain = "https://evil.example"\n')
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, tmp_path / "none" / "survey.toml", {}).origin == "https://open.feishu.cn"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[feishu", "is not a TOML file"),
        ("feishu = 3", "feishu is not a section"),
        ('[feishu]\napp_idd = "x"', "app_idd: no such setting"),
        ('[feishu]\ndomain = "http://evil.example"', "domain: must be feishu (for feishu.cn)"),
        ('[feishu]\ndomain = "https://open.feishu.cn/x"', "domain: must be feishu (for feishu.cn)"),
        ('[feishu]\ndomain = "https://user@example.com"', "domain: must be feishu (for feishu.cn)"),
        ('[feishu]\ndomain = "https://example.com?x"', "domain: must be feishu (for feishu.cn)"),
        ('[feishu]\ndomain = "https://[x"', "domain: "),
        ('[feishu]\ndocument = "no document"', "document: must be the address"),
        ('[feishu]\nfolder = "../documents"', "folder: must be the address"),
        ('[feishu]\nwiki = "wikcn123"', "wiki: must be the id of a wiki space, a number"),
        ('[feishu]\nwiki = "1"\nwiki_parent = "a/b"', "wiki_parent: must be the address"),
        ('[feishu]\nwiki = "https://tenant.feishu.cn/wiki/wikcnA1"', "wiki: is the address of a page: that is `wiki_parent`"),
        ('[feishu]\nfolder = "https://tenant.feishu.cn/wiki/wikcnA1"', "folder: is a wiki page"),
        ('app_id = "cli_1"', "has no section [feishu]"),
        ('[feishu]\nmembers = ["a@example.com"]', "members: `a@example.com` is not of the form email:ADDRESS=view"),
        ('[feishu]\nlink = "everybody"', "link: "),
        ('[feishu]\nchat = "team"', "chat: must be a chat id"),
        ('[feishu]\nwebhook = "http://example.com/hook"', "webhook: must be the https address"),
        ('[feishu]\nhtml_url = "javascript:alert(1)"', "html_url: must be an https address"),
        ('[feishu]\nwiki = "1"\nfolder = "fldcn2"', "set `folder` or `wiki`, not both"),
        ('[feishu]\nwiki_parent = "wikcn1"', "`wiki_parent` needs `wiki`"),
    ],
)
def test_a_wrong_setting_is_told(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load_settings(tmp_path / "f.toml", tmp_path / "none", {})
    assert says in str(caught.value)
    assert caught.value.hint


def test_every_mistake_is_told_at_once_and_no_secret_with_them(tmp_path: Path) -> None:
    environment = {
        "SURVEY_FEISHU_APP_SECRET": "the-secret",
        "SURVEY_FEISHU_WEBHOOK": "http://example.com/open-apis/bot/v2/hook/the-token",
        "SURVEY_FEISHU_CHATS": "oc_1",
    }
    with pytest.raises(UsageError) as caught:
        load_settings(None, tmp_path / "none", environment)
    told = f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
    assert "SURVEY_FEISHU_WEBHOOK: must be" in told
    assert "SURVEY_FEISHU_CHATS: no such setting" in told
    assert "did you mean chat?" in told
    assert "the-secret" not in told
    assert "the-token" not in told


def test_addresses_are_taken_for_what_they_name(tmp_path: Path) -> None:
    environment = {
        "SURVEY_FEISHU_DOCUMENT": "https://tenant.feishu.cn/docx/doxcnA1?from=x#y",
        "SURVEY_FEISHU_FOLDER": "https://tenant.feishu.cn/drive/folder/fldcnA1?from=space",
    }
    settings = load_settings(None, tmp_path / "none", environment)
    assert (settings.document, settings.folder) == ("doxcnA1", "fldcnA1")
    page = {
        "SURVEY_FEISHU_WIKI": "https://tenant.feishu.cn/wiki/settings/7000?from=x",
        "SURVEY_FEISHU_WIKI_PARENT": "https://tenant.feishu.cn/wiki/wikcnA1",
    }
    found = load_settings(None, tmp_path / "none", page)
    assert (found.wiki, found.wiki_parent) == ("7000", "wikcnA1")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the configuration"):
        load_settings(tmp_path / "none.toml", tmp_path / "usual", {})


def test_an_app_that_is_not_named() -> None:
    with pytest.raises(UsageError, match="SURVEY_FEISHU_APP_ID, SURVEY_FEISHU_APP_SECRET missing"):
        FeishuSettings().require_app()


def test_what_was_copied_with_a_line_break_counts_without_it() -> None:
    settings = load_settings(None, Path("/none"), {"SURVEY_FEISHU_APP_ID": " cli_1\n", "SURVEY_FEISHU_APP_SECRET": "the-secret\n"})
    assert (settings.app_id, settings.app_secret.get_secret_value()) == ("cli_1", "the-secret")


def test_an_app_whose_id_and_secret_were_taken_for_each_other() -> None:
    settings = FeishuSettings(app_id="3c4d5e6f7a8b", app_secret=SecretStr("cli_a1b2c3"))
    with pytest.raises(UsageError, match="the wrong way round") as caught:
        settings.require_app()
    assert "3c4d5e6f7a8b" not in f"{caught.value} {caught.value.hint}"


def test_secrets_are_not_shown() -> None:
    settings = load_settings(None, Path("/none"), {"SURVEY_FEISHU_APP_SECRET": "the-secret"})
    assert "the-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert settings.hide("it is the-secret!") == "it is ***!"
