"""The words that functions accept, each set named once, and the one check of them."""

from __future__ import annotations

from typing import Any, Literal, get_args

from .errors import OptionError, did_you_mean, listing, quote

Role = Literal["mentor", "mentee", "facilitator", "sponsor", "peer"]
PartnerRole = Literal["mentor", "mentee"]
TableFormat = Literal["csv", "parquet"]
Layout = Literal["auto", "long", "wide"]
Estimator = Literal["ols", "ancova"]
Estimand = Literal["ate"]


def check_option(value: Any, allowed: Any, *, who: str, name: str) -> Any:
    """Return `value` if the ``Literal`` alias allows it, else say what would do.

    Parameters
    ----------
    value : object
        What the user passed.
    allowed : Literal alias
        One of the aliases of this module.
    who, name : str
        The function and its argument, for the message.

    Raises
    ------
    OptionError
        If `value` is not in the alias.

    Examples
    --------
    >>> check_option("wide", Layout, who="read_responses", name="layout")
    'wide'
    >>> check_option("Wide", Layout, who="read_responses", name="layout")
    Traceback (most recent call last):
    mentorlab.errors.OptionError: read_responses: `layout` must be 'auto', 'long' or 'wide'; \
got 'Wide'. Did you mean 'wide'?
    """
    known = get_args(allowed)
    if isinstance(value, str) and value in known:
        return value
    near = did_you_mean(value, known)
    raise OptionError(
        f"{who}: `{name}` must be {listing(known, limit=len(known))}; got {quote(value)}."
        + (f" {near}" if near else "")
    )
