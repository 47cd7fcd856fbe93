"""Which facts are told: of different kinds, projects and forms, the heaviest first, and none that no record shows."""

from collections.abc import Sequence

from survey.model.document import Finding, Gate, TargetResult
from survey.model.vocabulary import Channel, Default, Effect, GateKind, Role
from survey.speech.script import write_script
from survey.speech.surprises import Surprise, candidates, most_surprising
from survey.view.build import build_view
from tests.report.documents import document, evidence, package, record, target

SPAN, APP_LOG, STORAGE = Channel.SPAN_ATTRIBUTE, Channel.APP_LOG, Channel.EXTERNAL_STORAGE


def finding(rule: str, package_name: str, line: int = 10, **params: str) -> Finding:
    return Finding(rule=rule, level="warning", package=package_name, params=params, evidence=evidence(line=line))


def chosen(targets: Sequence[TargetResult], *findings: Finding) -> list[tuple[str, str]]:
    return [(fact.form, fact.row.package.name) for fact in most_surprising(build_view(document(*targets, findings=findings)))]


def only(*targets: TargetResult, findings: Sequence[Finding] = ()) -> Surprise:
    (fact,) = candidates(build_view(document(*targets, findings=findings)))
    return fact


def test_three_kinds_from_three_projects_win_over_what_weighs_more() -> None:
    targets = [
        target("one", package("a", record(), record(APP_LOG))),
        target("two", package("b", record())),
        target("three", package("c", record(STORAGE, default=Default.OFF))),
    ]
    leak = finding("channel-switch-leaks", "a", switch="S", value="false", channel=SPAN, role=Role.INPUT)
    against = [finding("default-on-contradicts-semconv", name, channel=SPAN, role=Role.INPUT) for name in ("a", "b")]
    assert chosen(targets, leak, *against) == [("leak.channel", "a"), ("against", "b"), ("hidden.later", "c")]


def test_of_one_kind_the_heaviest_and_of_these_the_one_about_prompt_and_answer() -> None:
    packages = [package(name, record(role=role), record(role=Role.SYSTEM)) for name, role in (("a", Role.TOOL_CALL), ("b", Role.INPUT))]
    path = [finding("ungated-path", "a", channel=SPAN, role=Role.TOOL_CALL)]
    roles = [finding("role-without-gate", name, channel=SPAN, role=role) for name, role in (("a", Role.TOOL_CALL), ("b", Role.INPUT))]
    assert ("leak.role", "b") in chosen([target("t", *packages)], *path, *roles)
    assert ("leak.role", "a") not in chosen([target("t", *packages)], *path, *roles)


def test_the_same_form_is_told_once() -> None:
    targets = [target(name, package(name, record())) for name in ("one", "two", "three")]
    findings = [finding("default-on-contradicts-semconv", name, channel=SPAN, role=Role.INPUT) for name in ("one", "two", "three")]
    assert chosen(targets, *findings) == [("against", "one")]


def test_the_home_of_the_convention_weighs_more() -> None:
    targets = [target("one", package("a", record())), target("two", package("b", record()))]
    home = targets[1].model_copy(update={"repo": "open-telemetry/contrib"})
    findings = [finding("default-on-contradicts-semconv", name, channel=SPAN, role=Role.INPUT) for name in ("a", "b")]
    assert ("against.home", "b") in chosen([targets[0], home], *findings)


def test_what_is_on_by_default_hides_better() -> None:
    assert only(target("t", package("a", record(APP_LOG)))).form == "hidden.app_log"
    assert only(target("t", package("a", record(STORAGE, default=Default.OFF)))).form == "hidden.later"
    nothing_known = record(APP_LOG).model_copy(
        update={"writes": tuple(each.model_copy(update={"when": {"unknown": {"path": "p", "line": 1}}}) for each in record(APP_LOG).writes)}
    )
    assert not list(candidates(build_view(document(target("t", package("a", nothing_known))))))
    undecided = document(target("t", package("a", record(STORAGE, default=Default.UNKNOWN))))
    assert not list(candidates(build_view(undecided)))


def test_a_finding_that_no_record_shows_is_not_told() -> None:
    one = target("t", package("a", record()))
    elsewhere = finding("ungated-path", "a", line=77, channel=SPAN, role=Role.INPUT)
    other_role = finding("ungated-path", "a", channel=SPAN, role=Role.OUTPUT)
    assert chosen([one], elsewhere, other_role) == []
    nested = target("t", package("a", record(nested=True)))
    assert chosen([nested], finding("ungated-path", "a", channel=SPAN, role=Role.INPUT)) == []


def test_a_switch_that_does_nothing_is_shown_by_what_is_written_all_the_same() -> None:
    gate = Gate(id="g", kind=GateKind.ENV, name="S", effect=Effect.NONE, evidence=evidence(line=99))
    made = package("a", record(), record(Channel.LOG_RECORD, default=Default.OFF)).model_copy(update={"gates": (gate,)})
    fact = only(target("t", made), findings=[finding("gate-unused", "a", line=99, switch="S", kind="env")])
    assert (fact.form, fact.switch, [each.channel for each in fact.records]) == ("dead", "S", [SPAN])


def test_what_hides_and_passes_no_mask_is_said_so_and_comes_first() -> None:
    targets = [target("t", *(package(name, record(STORAGE)) for name in ("one", "two")))]
    unmasked = finding("mask-scope", "two", hook="Client(mask=)", channel=STORAGE, role=Role.INPUT)
    survey = document(*targets, findings=[unmasked])
    (fact,) = [each for each in most_surprising(build_view(survey)) if each.kind == "hidden"]
    assert (fact.row.package.name, fact.unmasked, fact.rule) == ("two", True, "mask-scope")
    (said,) = [each for each in write_script(build_view(survey), "en").sentences if each.id == "hidden.external_storage.unmasked"]
    assert said.text.endswith("to external storage, unmasked.")
    assert (said.records, said.evidence) == (("t/two/external_storage/input",), unmasked.evidence)


def test_a_mask_that_misses_only_a_part_is_not_told_with_what_hides() -> None:
    made = target("t", package("a", record(STORAGE), record(STORAGE, Role.OUTPUT)))
    missed = finding("mask-scope", "a", hook="Client(mask=)", channel=STORAGE, role=Role.OUTPUT)
    facts = [each for each in candidates(build_view(document(made, findings=[missed]))) if each.kind == "hidden"]
    assert [each.unmasked for each in facts] == [False]


def test_the_order_of_a_survey_decides_between_equals() -> None:
    targets = [target(name, package(name, record(APP_LOG))) for name in ("one", "two")]
    assert chosen(targets) == [("hidden.app_log", "one")]
    assert chosen(targets[::-1]) == [("hidden.app_log", "two")]


def test_nothing_surprising() -> None:
    assert chosen([target("t", package("a", record()))]) == []
