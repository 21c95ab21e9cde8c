"""The model's description in the ODD form, written in part from its parameter tables."""

from __future__ import annotations

import pandas as pd

from .kernel.layout import CAUSES, ELEMENTS, PHASES
from .measures import list_measures
from .model import ProgramModel
from .parameters import Levers

_BEGIN, _END = "<!-- made from declarations: {} -->", "<!-- end -->"


def with_tables(page: str) -> str:
    """Give the ODD page with its tables made anew from the declarations in the code.

    Parameters
    ----------
    page : str
        The page, with the marks between which tables stand.

    Returns
    -------
    str
        The page, unchanged outside the marks.

    Raises
    ------
    ValueError
        If a mark is missing.

    Notes
    -----
    ``tools/write_docs.py`` writes the page, and a test says when it is out of date.
    """
    for name, table in odd_tables().items():
        begin = _BEGIN.format(name)
        if page.count(begin) != 1:
            raise ValueError(f"with_tables: the page must hold {begin!r} once.")
        before, rest = page.split(begin)
        after = rest[rest.index(_END) :]
        page = f"{before}{begin}\n\n{table}\n\n{after}"
    return page


def odd_tables() -> dict[str, str]:
    """Give the tables of the ODD page as Markdown, by name."""
    parameters = ProgramModel().table()
    parts = parameters["parameter"].str.partition(".")[0]
    tables = {
        f"parameters {part}": _markdown(_parameter_rows(rows))
        for part, rows in parameters.groupby(parts, sort=False)
    }
    return {
        **tables,
        "levers": _markdown(Levers.table()),
        "measures": _markdown(list_measures()),
        "states": _markdown(_states()),
    }


def _parameter_rows(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "parameter": rows["parameter"].map("`{}`".format),
            "default": rows["value"].map("{:g}".format),
            "unit": rows["unit"],
            "range": [
                f"{low:g} to {high:g}" for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            "meaning": rows["meaning"],
            "source": rows["source"],
            "identified by": rows["identified_by"].replace("", "range only"),
        }
    )


def _states() -> pd.DataFrame:
    names = {
        "relationship elements, one set a side": ELEMENTS,
        "phases": (*PHASES, "redefinition"),
        "how a relationship stands": CAUSES,
    }
    return pd.DataFrame(
        [
            {"state": state, "values": ", ".join(value.replace("_", " ") for value in values)}
            for state, values in names.items()
        ]
    )


def _markdown(frame: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * frame.shape[1]]
    lines += [
        "| " + " | ".join(str(value).replace("|", "\\|") for value in row) + " |"
        for row in frame.itertuples(index=False)
    ]
    return "\n".join(lines)
