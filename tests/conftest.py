"""What holds for every test: nothing of the user's own machine gets in, and nothing leaves it."""

from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("survey", deadline=None, derandomize=True, print_blob=True)  # the same examples on every machine
hypothesis.settings.load_profile("survey")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that says it is online may open sockets to real hosts; it runs only when asked for."""
    for item in items:
        if item.get_closest_marker("online"):
            item.add_marker("enable_socket")


@pytest.fixture(autouse=True)
def own_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cache, configuration, proxy or git identity of the user's; online tests keep the user's network settings."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for name in ("SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    if request.node.get_closest_marker("online"):
        return
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Survey Tests")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "tests@example.invalid")
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the repository."""
    return Path(__file__).parents[1]
