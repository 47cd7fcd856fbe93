"""What a call is remembered by stays small, however much the function closes over."""

from survey.flow.conditions import TRUE
from survey.flow.machine import Machine
from survey.flow.roots import Roots
from survey.flow.shapes import Key
from survey.flow.values import Env, FunctionValue, Value
from survey.knowledge.engine import load_engine_knowledge
from survey.model.vocabulary import Language
from survey.program.modules import Program
from tests.flow.test_fuzz import FRONTEND, snapshot_of

FUNCTIONS = 120
ATOMS = 2_000
"""Far above what a key may look at, far below one function for every pair of them."""


def around(machine: Machine) -> FunctionValue:
    """A function that closes over `FUNCTIONS` of which each closes over them all."""
    (walk,) = (fn for fn in machine.functions.values() if fn.node.name == "walk")
    outer = Env(None, walk.module)
    scope = Env(outer, walk.module)
    others = [FunctionValue(walk.node, walk.module, Env(scope, walk.module)) for _ in range(FUNCTIONS)]
    scope.names = {"step": Value(tuple((TRUE, fn) for fn in others))}
    return others[0]


def test_functions_that_close_over_each_other() -> None:
    snapshot = snapshot_of({"m.py": b"def around(step):\n    def walk(data):\n        return step(data)\n    return walk\n\naround(len)\n"})
    (package,) = FRONTEND.find_packages(snapshot)
    machine = Machine(Program(FRONTEND, snapshot, package), load_engine_knowledge(Language.PYTHON))
    Roots(machine).run()
    fn = around(machine)
    before = len(machine.shapes)
    keys = {Key(machine).function(fn) for _ in range(20)}
    assert len(keys) == 1
    held = [part for shape in list(machine.shapes)[before:] for part in shape]
    assert len(held) < ATOMS
