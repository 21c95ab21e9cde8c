"""Teaching careers: when people leave, known answers for hazards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import MissingTableError, ReadError, count
from .fetch import locate
from .record import LoadedData, read_columns
from .registry import SOURCES

_COLUMNS = ("id", "years", "censor")


@dataclass(frozen=True, eq=False, repr=False)
class TeacherCareers(LoadedData):
    """How long special educators taught, some of them still teaching when last seen.

    Attributes
    ----------
    careers : pandas.DataFrame
        One row per teacher: ``person_id``; ``years`` taught; ``left`` (false: was still teaching
        after that many years, a censored career).
    source : DataSource
        License and citation.

    References
    ----------
    singer1992
    """

    careers: pd.DataFrame

    def headline(self) -> str:
        """Say in one line how much there is."""
        left = self.careers["left"]
        return f"{count(len(left), 'career')}, {left.mean():.1%} of which were seen to end."

    def overview(self) -> pd.DataFrame:
        """Give the hazard of leaving, year by year."""
        return yearly_hazard(self.careers)[["year", "n_at_risk", "n_left", "hazard", "survival"]]

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return ("Careers of teachers, not mentoring: here to check hazards against known values.",)


def load_teacher_careers(path: str | Path | None = None) -> TeacherCareers:
    """Load careers with censoring, to check hazards and survival against known values.

    Parameters
    ----------
    path : path, optional
        A folder with ``teachers.csv``; when left out, the folder that ``MENTORLAB_DATA`` names, the
        cache, or a download.

    Returns
    -------
    TeacherCareers
        With the frame `careers`.

    Raises
    ------
    DataUnavailableError
        If the file is neither here nor can be downloaded.
    ReadError
        If the file is not the table that it should be.

    References
    ----------
    singer1992
    """
    source = SOURCES["teacher_careers"]
    file = locate(source, "teachers.csv", path=path)
    raw = read_columns(file, _COLUMNS)
    years = pd.to_numeric(raw["years"], errors="coerce")
    if years.isna().any() or not raw["censor"].isin(["0", "1"]).all():
        raise ReadError(f"{file.name}: `years` must be numbers and `censor` 0 or 1.")
    careers = pd.DataFrame(
        {
            "person_id": "t" + raw["id"].str.zfill(4),
            "years": years.astype("int64"),
            "left": raw["censor"].eq("0").to_numpy(dtype=bool),
        }
    )
    return TeacherCareers(careers=careers, source=source)


def yearly_hazard(careers: pd.DataFrame) -> pd.DataFrame:
    """Tell how likely somebody still there at the start of a year is to leave in it.

    Parameters
    ----------
    careers : pandas.DataFrame
        ``years`` (whole) and ``left``.

    Returns
    -------
    pandas.DataFrame
        One row per year with someone at risk: ``year, n_at_risk, n_left, hazard, conf_low,
        conf_high, survival``; Wilson's 95 % interval of the hazard; `survival` is the share still
        there after the year.

    Raises
    ------
    MissingTableError
        If a column is absent.

    Notes
    -----
    Life-table hazard :math:`d_j / n_j`, with those last seen in year j counted at risk in it;
    survival :math:`\\prod_{i \\le j} (1 - d_i / n_i)`. Sound when being last seen tells nothing of
    leaving.

    References
    ----------
    singer1992

    Examples
    --------
    >>> rows = pd.DataFrame({"years": [1, 2, 2], "left": [True, True, False]})
    >>> yearly_hazard(rows)["survival"].round(3).tolist()
    [0.667, 0.333]
    """
    from statsmodels.stats.proportion import proportion_confint

    for name in ("years", "left"):
        if name not in careers:
            raise MissingTableError(f"yearly_hazard: needs the column {name} of the careers.")
    ends = careers.groupby("years")["left"].agg(n_seen="size", n_left="sum")
    ends = ends.reindex(range(1, int(ends.index.max()) + 1), fill_value=0)
    n_at_risk = ends["n_seen"][::-1].cumsum()[::-1]
    low, high = proportion_confint(ends["n_left"], n_at_risk, alpha=0.05, method="wilson")
    hazard = ends["n_left"] / n_at_risk
    return pd.DataFrame(
        {
            "year": ends.index,
            "n_at_risk": n_at_risk,
            "n_left": ends["n_left"].astype("int64"),
            "hazard": hazard,
            "conf_low": low,
            "conf_high": high,
            "survival": (1 - hazard).cumprod(),
        }
    ).reset_index(drop=True)
