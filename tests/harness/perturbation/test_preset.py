"""A preset is a named list of conditions without doubles."""

import pytest

from earmark.errors import PluginError
from earmark.perturbation import Preset

CONDITIONS = (("gain", -6.0), ("gain", -12.0))


def test_it_keeps_its_conditions_in_order():
    assert Preset(name="quiet", version="1", conditions=CONDITIONS).conditions == CONDITIONS


@pytest.mark.parametrize("missing", [{"name": ""}, {"version": ""}, {"conditions": ()}])
def test_without_name_version_or_conditions_there_is_none(missing):
    with pytest.raises(PluginError, match="needs a name, a version and conditions"):
        Preset(**{"name": "quiet", "version": "1", "conditions": CONDITIONS, **missing})


def test_a_condition_stands_once():
    with pytest.raises(PluginError, match="'quiet' names a condition twice"):
        Preset(name="quiet", version="1", conditions=(*CONDITIONS, ("gain", -6)))
