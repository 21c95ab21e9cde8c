import typing

import pytest

from mentorlab import options
from mentorlab.errors import OptionError
from mentorlab.options import check_option

ALIASES = {
    name: alias for name, alias in vars(options).items() if typing.get_origin(alias) is not None
}


@pytest.mark.parametrize("name", ALIASES)
def test_every_message_lists_every_valid_value(name):
    allowed = typing.get_args(ALIASES[name])
    with pytest.raises(OptionError) as caught:
        check_option("no such thing", ALIASES[name], who="f", name="x")
    for value in allowed:
        assert repr(value) in str(caught.value)
        assert check_option(value, ALIASES[name], who="f", name="x") == value


@pytest.mark.parametrize("value", ["Wide", " wide", None, 1, True, ["wide"], b"wide"])
def test_near_misses_are_refused(value):
    with pytest.raises(OptionError, match=r"read: `layout` must be 'auto', 'long' or 'wide'; got "):
        check_option(value, options.Layout, who="read", name="layout")


def test_the_near_value_is_named():
    with pytest.raises(OptionError, match="Did you mean 'ancova'"):
        check_option("ANCOVA", options.Estimator, who="f", name="estimator")
