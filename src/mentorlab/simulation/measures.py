"""What is measured of each replication, with units and which way is better."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..errors import OptionError, did_you_mean, listing, quote


@dataclass(frozen=True)
class Measure:
    """One number for each replication.

    Attributes
    ----------
    meaning, unit : str
        What it is.
    better : {"high", "low", ""}
        Which way is better; empty where it depends.
    """

    meaning: str
    unit: str
    better: str = ""


MEASURES: dict[str, Measure] = {
    "benefit": Measure("mean benefit of all mentees", "SD of the outcome", "high"),
    "benefit_lowest": Measure("mean benefit of the worst-off tenth", "SD of the outcome", "high"),
    "worse_off": Measure("mentees worse off than without the program", "share", "low"),
    "early_end": Measure(
        "relationships that ended unplanned, of those whose planned end was due", "share", "low"
    ),
    "failed": Measure("relationships that failed, outside exits apart", "share", "low"),
    "by_mentor": Measure("unplanned ends that the mentor started", "share"),
    "matched": Measure("mentees who ever had a mentor", "share", "high"),
    "completed": Measure("completed relationships for each mentee", "count", "high"),
    "rematched": Measure("mentees who had a second mentor", "share"),
    "waiting": Measure("weeks that a mentee waited", "weeks", "low"),
    "quality": Measure("mean of both sides' elements at the end", "SD", "high"),
    "quality_lower": Measure("mean of the lower side's elements at the end", "SD", "high"),
    "meetings_per_month": Measure("meetings of a running relationship", "a month", "high"),
    "load": Measure("relationships of a mentor who had any", "count"),
    "load_most": Measure("most relationships of one mentor", "count", "low"),
    "mentors_left": Measure("mentors who left", "share", "low"),
    "weeks": Measure("relationship weeks for each mentee", "weeks", "high"),
    "meetings": Measure("meetings for each mentee", "count", "high"),
    "checkins": Measure("check-ins for each mentee", "count"),
}


def check_measure(name: str, *, who: str) -> str:
    """Return the name if there is such a measure, else say what there is.

    Raises
    ------
    OptionError
        If there is none.
    """
    if name in MEASURES:
        return name
    raise OptionError(
        f"{who}: `measure` must be {listing(MEASURES, limit=len(MEASURES))}; got {quote(name)}. "
        f"{did_you_mean(name, MEASURES)}".rstrip()
    )


def list_measures() -> pd.DataFrame:
    """List what a simulation measures.

    Returns
    -------
    pandas.DataFrame
        `measure, meaning, unit, better`.
    """
    return pd.DataFrame(
        [
            {"measure": name, "meaning": row.meaning, "unit": row.unit, "better": row.better}
            for name, row in MEASURES.items()
        ]
    )
