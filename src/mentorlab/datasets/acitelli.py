"""Acitelli's couples: both partners, known answers for dyadic models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import DataUnavailableError, ReadError, count
from .fetch import locate
from .record import LoadedData, read_columns, require_columns
from .registry import SOURCES

_FILE = "acipair.RData"
_MEASURES = {
    "satisfaction": "Satisfaction_A",
    "other_positivity": "OtherPos_A",
    "self_positivity": "SelfPos_A",
    "tension": "Tension_A",
    "similar_hobbies": "SimHob_A",
}
_COLUMNS = ("CoupleID", "Yearsmar", "Gender_A", *_MEASURES.values())


@dataclass(frozen=True, eq=False, repr=False)
class AcitelliCouples(LoadedData):
    """Married couples who rated themselves, each other and the marriage.

    Attributes
    ----------
    partners : pandas.DataFrame
        One row per person: ``couple_id``, ``person_id``, ``spouse`` (wife, husband),
        ``years_married``, ``satisfaction`` (1 to 4), ``other_positivity`` and ``self_positivity``
        (how good a view of the partner and of oneself, 1 to 5), ``tension`` (1 to 4) and
        ``similar_hobbies`` (-1 to 1).
    couples : pandas.DataFrame
        One row per couple: ``couple_id``, ``years_married`` and each measure as
        ``<measure>_wife`` and ``<measure>_husband``.
    source : DataSource
        License and citation.

    References
    ----------
    kenny2006
    """

    partners: pd.DataFrame

    @property
    def couples(self) -> pd.DataFrame:
        """The same answers with both partners in one row."""
        wide = self.partners.pivot(index="couple_id", columns="spouse", values=list(_MEASURES))
        wide.columns = [f"{measure}_{spouse}" for measure, spouse in wide.columns]
        years = self.partners.groupby("couple_id")["years_married"].first()
        return pd.concat([years, wide], axis=1).reset_index()

    def headline(self) -> str:
        """Say in one line how much there is."""
        couples = self.couples
        r = couples["satisfaction_wife"].corr(couples["satisfaction_husband"])
        return f"{count(len(couples), 'couple')}; partners' satisfaction correlates {r:.2f}."

    def overview(self) -> pd.DataFrame:
        """Give the mean of each measure for wives and husbands."""
        means = self.partners.groupby("spouse")[list(_MEASURES)].mean()
        return means.T.rename_axis("measure").reset_index()

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return ("Marriages, not mentoring: here to check dyadic models against known values.",)


def load_acitelli(path: str | Path | None = None) -> AcitelliCouples:
    """Load both partners of married couples, to check dyadic models against known values.

    Parameters
    ----------
    path : path, optional
        A folder with ``acipair.RData`` or the same rows as ``acipair_pairwise.csv``; when left
        out, the folder that ``MENTORLAB_DATA`` names, the cache, or a download.

    Returns
    -------
    AcitelliCouples
        With the frames `partners` and `couples`.

    Raises
    ------
    DataUnavailableError
        If the file is neither here nor can be downloaded, or the package rdata is absent.
    ReadError
        If the file is not the table that it should be.

    References
    ----------
    kenny2006
    """
    source = SOURCES["acitelli"]
    raw = _read(locate(source, _FILE, path=path))
    spouse = raw["Gender_A"].astype("str").str.strip().str.lower()
    if not spouse.isin(["wife", "husband"]).all():
        raise ReadError(f"{source.loader}: `Gender_A` must be Wife or Husband in every row.")
    number = pd.to_numeric(raw["CoupleID"]).astype("int64").astype("str").str.zfill(3)
    partners = pd.DataFrame(
        {
            "couple_id": "c" + number,
            "person_id": "c" + number + spouse.str[0],
            "spouse": pd.Categorical(spouse, ["wife", "husband"]),
            "years_married": pd.to_numeric(raw["Yearsmar"]),
            **{name: pd.to_numeric(raw[theirs]) for name, theirs in _MEASURES.items()},
        }
    )
    if partners.duplicated("person_id").any():
        raise ReadError(f"{source.loader}: each couple must have one wife and one husband.")
    partners = partners.sort_values(["couple_id", "spouse"], ignore_index=True)
    return AcitelliCouples(partners=partners.astype({"spouse": "str"}), source=source)


def _read(file: Path) -> pd.DataFrame:
    if file.suffix == ".csv":
        return read_columns(file, _COLUMNS)
    try:
        import rdata
    except ModuleNotFoundError as error:
        raise DataUnavailableError(
            "load_acitelli: the public file is R data; pip install 'mentorlab[rdata]' to read it."
        ) from error
    try:
        tables = rdata.read_rda(file)
    except Exception as error:
        raise ReadError(
            f"{file.name}: can't be read as R data ({type(error).__name__})."
        ) from error
    frame = next((t for t in tables.values() if isinstance(t, pd.DataFrame)), pd.DataFrame())
    require_columns(frame, _COLUMNS, file)
    return frame
