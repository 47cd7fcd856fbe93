"""What an upload gives back: a reference to content that lies elsewhere."""

from __future__ import annotations

from survey.flow import places
from survey.flow.conditions import FALSE, TRUE
from survey.flow.machine import Machine
from survey.flow.values import Const, Opaque, Site, Term, Value
from survey.knowledge.engine import UPLOADED


def reference(m: Machine, func: Value, result: Value, site: Site) -> Value:
    """What an upload gives back refers to content elsewhere; it is there under the conditions that led here."""
    known = tuple(guard for guard, atom in func.alts if not isinstance(atom, (Const, Opaque)))
    given = TRUE if len(known) != 1 else known[0]
    made = FALSE  # a stand-in that gives back a constant has put nothing anywhere
    for guard, atom in result.alts:
        made = made if isinstance(atom, Const) else m.conds.any(made, guard)
    given = m.conds.all(given, made)
    for atom in func.atoms:
        if isinstance(atom, Term):
            given = m.conds.all(given, m.truth_of(atom))
    given = m.conds.all(m.way, given)
    place = site._replace(role="")
    m.uploads[place] = m.conds.any(m.uploads.get(place, FALSE), given)
    marks = frozenset((UPLOADED, places.hint(places.STORED, site)))
    return Value(tuple((guard, Opaque(atom.hints | marks) if isinstance(atom, Opaque) else atom) for guard, atom in result.alts))
