"""Code made to go round in circles or to grow without end: the engine comes back, quickly, with or without an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

from survey.flow.analyse import PackageJob, analyse_package
from survey.languages.registry import frontends
from survey.model.snapshot import Snapshot, SourceInfo
from survey.model.vocabulary import Language, SourceKind
from survey.verdicts.package import package_result

FRONTEND = next(frontend for frontend in frontends() if frontend.language is Language.PYTHON)
PROJECT = Path(__file__).parents[2]
SECONDS = 20
"""Far more than any case needs; one that grows without end never comes back."""
BYTES = 3 << 30
"""Of address space: the stack that the engine asks for included."""
SWITCHES = 40

CIRCLES = {
    "a list in itself": "def f(span, p, call):\n a = [p]\n a.append(a)\n call(a)\n span.set_attribute('gen_ai.prompt', a)\n return a\n",
    "a dict in itself": "def f(span, p):\n a = {'gen_ai.prompt': p}\n a['x'] = a\n span.set_attributes(a)\n return a\n",
    "a dict of nothing but itself": "def f(span):\n a = {}\n a['gen_ai.prompt'] = a\n span.set_attributes(a)\n return a\n",
    "containers in each other": "def f(span, p):\n a = {}\n b = [a]\n a['gen_ai.prompt'] = b\n span.set_attributes(a)\n return g(b)\ndef g(x):\n return x + x\n",
    "a list that grows by itself": "def f(p):\n a = []\n for i in p:\n  a.append(a)\n  a.extend(a)\n return [*a, a]\n",
    "a body in itself": (
        "from opentelemetry._logs import LogRecord\n"
        "def f(logger, p):\n b = {'content': p}\n b['b'] = b\n logger.emit(LogRecord(event_name='gen_ai.user.message', body=b))\n"
    ),
    "iterators that make each other": (
        "class A:\n def __iter__(self): return B()\nclass B:\n def __iter__(self): return A()\n"
        "def f(span):\n for x in A(): span.set_attribute('gen_ai.prompt', x)\n"
    ),
    "an iterator that makes its like": "class A:\n def __iter__(self): return A()\ndef f(): return list(A())\n",
    "classes based on each other": "class A: pass\nclass B(A): pass\nA = B\nclass B(A): pass\nclass A(B):\n def f(self): return super().f()\nA().f()\n",
    "a property of itself": "class A:\n @property\n def x(self): return self.x\ndef f(): return A().x\n",
    "attributes by attributes": "class A:\n def __getattr__(self, n): return getattr(self, n)\ndef f(): return A().y\n",
    "a call of itself": "class A:\n def __call__(self): return self()\ndef f(): return A()()()\n",
    "a default that calls": "def f(a=lambda: f()): return a()\n",
    "a decorator by its own name": "@lambda g: g\ndef f(): return f\n@f\ndef f(): return f\n",
    "partials of partials": "from functools import partial\ndef f(*a): return partial(f, f, *a)\nx = f\nfor i in range(9):\n x = partial(x, x)\nx()\n",
    "an object that holds itself": (
        "class N:\n def __init__(self, p=None):\n  self.p = p or N(self)\n  self.d = vars(self)\n  self.d['d'] = self.d\n"
        "def f(span):\n n = N()\n span.set_attributes(vars(n))\n span.set_attribute('gen_ai.prompt', n)\n"
    ),
    "a member that is another": "import enum\nclass E(enum.Enum):\n A = 1\n B = A\n @property\n def value(self): return self.value\ndef f(): return E.A.value\n",
    "functions that call each other": "def f(x): return g([x])\ndef g(x): return h({'a': x})\ndef h(x): return f(x) or g(x)\n",
    "a metaclass": "class M(type):\n def __call__(cls, *a): return cls\nclass A(metaclass=M): pass\ndef f(): return A()()()\n",
    "imports of itself": "from m import *\nfrom . import *\nfrom .. import x\nfrom ...... import y\nimport m.m.m\nz = m.m\n",
}
GROWTH = {
    "text by adding": "def f(span, p):\n s = 'xxxxxxxxxx'\n" + " s = s + s\n" * 60 + " span.set_attribute(s, p)\n",
    "text by adding what is unknown": "def f(span, p):\n s = 'x'\n for i in range(99):\n  s = s + s + str(p)\n  s = f'{s}.{s}'\n span.set_attribute(s, p)\n",
    "text by replacing": "def f(span, p):\n s = 'aaaaaaaaaa'\n"
    + f" s = s.replace('a', '{'a' * 30}')\n" * 12
    + " span.set_attribute(s, p)\n",
    "text by joining": "def f(span, p):\n s = 'aaaaaaaaaa'\n" + " s = s.join([s, s, s])\n" * 12 + " span.set_attribute(s, p)\n",
    "text by formatting": "def f(span, p):\n s = '{0}{0}'\n" + " s = s.format(s)\n" * 40 + " span.set_attribute(s, p)\n",
    "text by width": "def f(span, p):\n span.set_attribute('x' * 10**9 + 'a'.zfill(10**9) + '{:>1000000000}'.format('a') + '%1000000000d' % 3, p)\n",
    "numbers": "def f():\n n = 9\n" + " n = n * n\n" * 60 + " return n + 10**10**10\n",
    "numbers as text": "def f():\n n = 9\n" + " n = n * n\n" * 14 + " return f'{n}' + str(n)\n",
    "dicts in dicts": "def f(span, p):\n d = {}\n"
    + "".join(f" d['k{i}'] = d\n d.update(d)\n d = {{**d, '{i}': d}}\n" for i in range(40))
    + " span.set_attributes(d)\n",
    "a shared tree": "def f(span, p):\n d = {'content': 1}\n"
    + " d = {'a': d, 'b': d}\n" * 60
    + " span.set_attributes(d)\n span.set_attribute('gen_ai.prompt', d)\n return d\n",
    "switches one after the other": (
        "import os\ndef f(span, p):\n"
        + "".join(f" if os.getenv('A{i}') == 'x' or os.getenv('B{i}'): p = [p]\n" for i in range(SWITCHES))
        + " span.set_attribute('gen_ai.prompt', p)\n"
    ),
    "an odd number of switches": (
        "import os\ndef f(span, p):\n s = False\n"
        + "".join(f" s = (s and not os.getenv('A{i}')) or (not s and os.getenv('A{i}'))\n" for i in range(SWITCHES))
        + " if s: span.set_attribute('gen_ai.prompt', p)\n"
    ),
    "switches in the wrong order": (
        f"import os\nX = [{', '.join(f'os.getenv({name!r})' for name in (f'A{i}' for i in range(SWITCHES)))}]\ndef g():\n if "
        + " and ".join(f"os.getenv('A{i}')" for i in range(SWITCHES))
        + ": pass\ndef f(span, p):\n if "
        + " or ".join(f"(os.getenv('A{i}') and os.getenv('B{i}'))" for i in range(SWITCHES))
        + ": span.set_attribute('gen_ai.prompt', p)\n"
    ),
    "a tower of calls": "".join(f"def f{i}(s, p): return f{i + 1}(s, p)\n" for i in range(300))
    + "def f300(s, p): s.set_attribute('gen_ai.prompt', p)\n",
    "calls in all directions": (
        "def f(s, p, k):\n"
        + "".join(f" if k == {i}: return g{i % 50}(s, p, k)\n" for i in range(200))
        + "".join(f"def g{i}(s, p, k): return f(s, [p], {i})\n" for i in range(50))
    ),
}
GROWING = {
    "text by adding",
    "text by replacing",
    "text by joining",
    "text by formatting",
    "numbers",
    "numbers as text",
    "a shared tree",
    "an odd number of switches",
    "switches in the wrong order",
}
"""Known gaps: these do not come back yet."""
PACKAGES = {
    "stars in a circle": {
        "p/__init__.py": "from p.a import *\n",
        "p/a.py": "from p.b import *\ndef f(s, x): s.set_attribute(KEY, x)\n",
        "p/b.py": "from p.a import *\n",
    },
    "names in a circle": {
        "p/__init__.py": "from p.a import X\n",
        "p/a.py": "from p.b import X\ndef f(s, x): s.set_attribute(X, x)\n",
        "p/b.py": "from p.a import X\n",
    },
    "modules in a circle": {
        "p/__init__.py": "import p.a as a\nfrom p import a as b\n",
        "p/a.py": "import p\nx = p.a.x\ny = p.b.a.b.y\ndef __getattr__(n): return getattr(p, n)\n",
    },
}


def survey(files: dict[str, str]) -> None:
    snapshot = Snapshot(SourceInfo(SourceKind.PATH, "code"), {path: text.encode() for path, text in files.items()})
    for package in FRONTEND.find_packages(snapshot):
        analysis = analyse_package(PackageJob(snapshot, package), FRONTEND)
        assert package_result(package, snapshot, analysis, ()).model_dump_json()


@pytest.mark.parametrize("name", CIRCLES)
def test_circles(name: str) -> None:
    survey({"m.py": CIRCLES[name]})


@pytest.mark.skipif(sys.platform != "linux", reason="bounds the memory of a process")
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.skip(reason="grows") if name in GROWING else ()) for name in GROWTH])
def test_growth(name: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(GROWTH[name])
    done = subprocess.run(
        [sys.executable, __file__, tmp_path / "m.py"], cwd=PROJECT, timeout=SECONDS, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("name", PACKAGES)
def test_packages(name: str) -> None:
    survey(PACKAGES[name])


if __name__ == "__main__":  # one case, in a process that cannot take the machine with it
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    survey({"m.py": Path(sys.argv[1]).read_text()})
