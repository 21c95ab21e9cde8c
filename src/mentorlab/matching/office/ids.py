"""Ids as a sheet shows them, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import MarketError, quote


def as_text(ids: np.ndarray, *, who: str) -> dict[str, Any]:
    """Give ids by their text.

    Raises
    ------
    MarketError
        If two ids look alike in a sheet.

    Examples
    --------
    >>> as_text(np.array(["ann", 7], dtype=object), who="write_workbook")
    {'ann': 'ann', '7': 7}
    """
    by_text: dict[str, Any] = {}
    for person in ids:
        text = str(person).strip()
        if text in by_text or not text:
            raise MarketError(
                f"{who}: ids must differ as text in a sheet; "
                f"{quote(by_text.get(text, person))} and {quote(person)} do not."
            )
        by_text[text] = person
    return by_text
