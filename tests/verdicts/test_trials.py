"""All settings side by side say what each says alone."""

from hypothesis import given
from hypothesis import strategies as st

from survey.model.vocabulary import Default
from survey.verdicts.defaults import default_of_write
from survey.verdicts.switching import switches_of
from survey.verdicts.trials import Trials, setting_of, settings_of
from survey.verdicts.what_if import lookup_under
from tests.verdicts.builders import ACTIVE, CONTENT, MODE, OPT_IN, result, wrote
from tests.verdicts.test_recipe import CONDITIONS


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_they_agree_with_one_setting_at_a_time(conditions: list[object]) -> None:
    package = result(*(wrote(when=when, line=10 + number) for number, when in enumerate(conditions)), gates=(CONTENT, MODE, OPT_IN, ACTIVE))
    settings = ((), *(setting for switch in switches_of(package) for setting in settings_of(switch)))
    assert len(settings) > 5
    writes = [write for record in package.records for write in record.writes]
    alone = tuple(
        sum(default_of_write(write, lookup_under(package, setting_of(chosen))) is not Default.OFF for write in writes)
        for chosen in settings
    )
    assert Trials(package, settings).counts(writes) == alone
