"""Where the index is asked for: as pip documents it, its own files and variables, never by running pip."""

import os
import sys
from pathlib import Path

import pytest

from survey.model.errors import SourceError
from survey.sources.pip_settings import DEFAULT_INDEX, Index, read_pip_settings, without_credentials


@pytest.fixture(autouse=True)
def no_machine_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine's and the virtualenv's own files would get in."""
    monkeypatch.setattr("survey.sources.pip_settings._site_folders", lambda: [str(tmp_path / "site")])
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def urls(**environ: str) -> list[str]:
    return [index.url for index in read_pip_settings(environ).indexes]


def test_the_public_index_without_any_configuration() -> None:
    assert urls() == [DEFAULT_INDEX]
    assert urls(PIP_INDEX_URL="") == [DEFAULT_INDEX]


@pytest.mark.skipif(sys.platform != "linux", reason="the folders differ")
def test_the_nearer_file_wins_and_the_environment_over_all(tmp_path: Path) -> None:
    write(
        tmp_path / "site" / "pip.conf",
        "[global]\nindex-url = https://site.invalid/simple/\nextra-index-url = https://extra.invalid/simple\n",
    )
    extra = "https://extra.invalid/simple"
    assert urls() == ["https://site.invalid/simple", extra]
    write(Path.home() / ".pip" / "pip.conf", "[global]\nindex_url = https://legacy.invalid/simple\n")
    assert urls() == ["https://legacy.invalid/simple", extra]
    write(Path(os.environ["XDG_CONFIG_HOME"]) / "pip" / "pip.conf", "[global]\nindex-url = https://user.invalid/simple\n")
    assert urls() == ["https://user.invalid/simple", extra]
    write(tmp_path / "venv" / "pip.conf", "[global]\nindex-url = https://venv.invalid/simple\n")
    assert urls() == ["https://venv.invalid/simple", extra]
    given = write(tmp_path / "given.conf", "[install]\nindex-url = https://given.invalid/simple\n")
    assert urls(PIP_CONFIG_FILE=str(given)) == ["https://given.invalid/simple", extra]
    assert urls(PIP_CONFIG_FILE=str(given), PIP_INDEX_URL="https://env.invalid/s/") == ["https://env.invalid/s", extra]
    assert urls(PIP_CONFIG_FILE=os.devnull) == [DEFAULT_INDEX]
    (tmp_path / "venv" / "pip.conf").unlink()
    write(given, "")
    assert urls(PIP_CONFIG_FILE=str(given)) == ["https://site.invalid/simple", extra], "the user's file gives way to a given one"


def test_only_http_indexes_are_used() -> None:
    extra = "file:///srv/wheels/simple https://a.invalid/simple\n https://a.invalid/simple/ ftp://b.invalid"
    assert urls(PIP_EXTRA_INDEX_URL=extra) == [DEFAULT_INDEX, "https://a.invalid/simple"]
    assert urls(PIP_INDEX_URL="file:///srv/simple") == []
    assert urls(PIP_NO_INDEX="1") == []


def test_credentials_are_kept_apart_and_never_shown() -> None:
    settings = read_pip_settings(
        {"PIP_INDEX_URL": "https://us%40er:s3cr%2Ft@host.invalid:8443/simple/", "PIP_PROXY": "http://u:pw@proxy.invalid"}
    )
    assert settings.indexes == (Index("https://host.invalid:8443/simple", ("us@er", "s3cr/t")),)
    assert settings.proxy == "http://u:pw@proxy.invalid"
    assert "s3cr" not in repr(settings)
    assert "pw" not in repr(settings)
    assert without_credentials("https://u:p@h.invalid/f.whl?sig=1#sha256=0") == "https://h.invalid/f.whl?sig=1"


def test_certificates() -> None:
    assert read_pip_settings({}).ca_bundle is None
    assert read_pip_settings({"REQUESTS_CA_BUNDLE": "/r.pem", "CURL_CA_BUNDLE": "/c.pem"}).ca_bundle == "/r.pem"
    assert read_pip_settings({"REQUESTS_CA_BUNDLE": "/r.pem", "PIP_CERT": "/p.pem"}).ca_bundle == "/p.pem"


def test_a_broken_file_is_named_and_not_quoted(tmp_path: Path) -> None:
    path = write(tmp_path / "broken.conf", "index-url = https://user:s3cret@host.invalid/simple\n")
    with pytest.raises(SourceError, match=r"broken\.conf cannot be read") as caught:
        urls(PIP_CONFIG_FILE=str(path))
    assert "s3cret" not in str(caught.value)
    assert "PIP_CONFIG_FILE" in caught.value.hint
