"""Code made to go round in circles or to grow without end: the engine comes back, quickly, with or without an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

from survey.flow.analyse import PackageJob, analyse_package
from survey.flow.places import GIVEN, STORED, hint, sites
from survey.flow.values import Site
from survey.languages.registry import frontends
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, SourceKind
from survey.verdicts.package import package_result

PROJECT = Path(__file__).parents[2]
CIRCLES = PROJECT / "tests" / "fixtures" / "circles"
FRONTEND = next(frontend for frontend in frontends() if frontend.language is Language.PYTHON)
SECONDS = 20
"""Far more than any case needs; one that grows without end never comes back."""
BYTES = 3 << 30
"""Of address space: the stack that the engine asks for included."""
SWITCHES = [(f"os.getenv('A{i}')", f"os.getenv('B{i}')") for i in range(40)]


def writer(*lines: str, key: str = "'gen_ai.prompt'", value: str = "p") -> str:
    """A function of these lines that writes in the end."""
    return "\n ".join(("import os\ndef f(span, p):", *lines, f"span.set_attribute({key}, {value})\n"))


GROWTH = {
    "text by adding": writer("s = 'xxxxxxxxxx'", *["s = s + s"] * 60, key="s"),
    "text by adding what is unknown": writer("s = 'x'", "for i in range(99):", " s = s + s + str(p)", " s = f'{s}.{s}'", key="s"),
    "text by replacing": writer("s = 'aaaaaaaaaa'", *[f"s = s.replace('a', '{'a' * 30}')"] * 12, key="s"),
    "text by joining": writer("s = 'aaaaaaaaaa'", *["s = s.join([s, s, s])"] * 12, key="s"),
    "text by formatting": writer("s = '{0}{0}'", *["s = s.format(s)"] * 40, key="s"),
    "text by replacing with much": writer("s = 'a'", f"t = '{'b' * 300_000}'", *["s = s.replace('a', t).replace('b', t)"] * 3, key="s"),
    "text by splitting much": writer(f"s = '{',' * 300_000}'", "s = s.split(',')[0] + s.format(p) + s % p", key="s"),
    "text by filling in much": writer(f"s = '{'b' * 300_000}'", f"s = f'{'{s}' * 2_000}'", key="s"),
    "methods of text with arguments that are not theirs": writer(
        "s = 'a'.replace('b') + 'a'.removeprefix() + 'a'.removesuffix('a', 'b') + 'a'.join() + 'a'.split('a', 'b', 'c')[0]",
        "s += '{²}'.format(p) + '{٣}'.format(p) + '{99999999}'.format(p) + 'a'.startswith() + 'a'.replace('a', 'b', 'c') + 'a'.lower(1)",
        f"s += '{{{'9' * 9_000}}}'.format(p)",
        key="s",
    ),
    "halves of characters": writer("os.getenv('\\ud800') and span.set_attribute(f'gen_ai.prompt.\\udc00', p)", key="'\\ud800'"),
    "numbers in hexadecimal": writer(
        f"n = 0x{'f' * 9_000}", "s = str(n) + repr(n) + f'{n}'", "d = {n: p, s: n == p}", key="s", value="[d, n]"
    ),
    "patterns of many holes": writer(
        f"s = f'{'x{p}' * 20}'",
        f"t = '{'x' * 60}y'",
        "s = p if s == t else s",
        "t = {t: p}",
        "span.set_attributes({s: p, 'a': t[s]})",
        key="s",
    ),
    "text by width": writer(
        "s = 'x' * 10**9", "s += 'a'.zfill(10**9)", "s += '{:>1000000000}'.format('a')", "s += '%1000000000d' % 3", key="s"
    ),
    "numbers": writer("n = 9", *["n = n * n"] * 60, "n = n + 10**10**10", value="[p, n]"),
    "numbers as text": writer("n = 9", *["n = n * n"] * 14, key="f'{n}' + str(n)"),
    "dicts in dicts": writer(
        "d = {}",
        *(line for i in range(40) for line in (f"d['k{i}'] = d", "d.update(d)", f"d = {{**d, '{i}': d}}")),
        "span.set_attributes(d)",
    ),
    "a shared tree": writer("d = {'content': 1}", *["d = {'a': d, 'b': d}"] * 60, "span.set_attributes(d)", value="d"),
    "switches one after the other": writer(*(f"if {a} == 'x' or {b}: p = [p]" for a, b in SWITCHES)),
    "an odd number of switches": writer(
        "s = False", *(f"s = (s and not {a}) or (not s and {a})" for a, _ in SWITCHES), value="p if s else 1"
    ),
    "switches in the wrong order": writer(
        f"s = {' and '.join(a for a, _ in SWITCHES)}", f"s = {' or '.join(f'({a} and {b})' for a, b in SWITCHES)}", value="p if s else 1"
    ),
    "a tower of calls": "".join(f"def f{i}(span, p): return f{i + 1}(span, p)\n" for i in range(300)) + writer().replace("f(", "f300(", 1),
    "calls in all directions": "def g(s, p, k):\n"
    + "".join(f" if k == {i}: return g{i % 50}(s, p, k)\n" for i in range(200))
    + "".join(f"def g{i}(s, p, k): return g(s, [p], {i})\n" for i in range(50)),
}


def survey(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, "code"), files)
    for package in FRONTEND.find_packages(snapshot):
        analysis = analyse_package(PackageJob(snapshot, package), FRONTEND)
        assert package_result(package, snapshot, analysis, ()).model_dump_json()


@pytest.mark.parametrize("folder", sorted(CIRCLES.iterdir()), ids=lambda path: path.name)
def test_circles(folder: Path) -> None:
    survey(folder)


def test_any_name_of_a_folder() -> None:
    here = Site("a\tb/\nc.py", 3, 4, "f")
    assert sites({hint(GIVEN, here), hint(STORED, here)}, STORED) == [here]


@pytest.mark.skipif(sys.platform != "linux", reason="bounds the memory of a process")
@pytest.mark.parametrize("name", GROWTH)
def test_growth(name: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(GROWTH[name])
    command: list[str] = [sys.executable, __file__, str(tmp_path)]
    done = subprocess.run(command, cwd=PROJECT, timeout=SECONDS, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


if __name__ == "__main__":  # one case, in a process that cannot take the machine with it
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    survey(Path(sys.argv[1]))
