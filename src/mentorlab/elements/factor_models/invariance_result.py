"""How much of the measurement is equal across blocks: the result of `invariance`, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...result import Result
from ...stats.cfa.designs import LEVELS
from .factor_words import dot, few, group_words, interval, p_words, small_sample_words
from .invariance_steps import JOINT
from .item_matrices import own_rows, split_answers

MANY_ROWS = 8
NONE = "none"


@dataclass(frozen=True, eq=False, repr=False)
class Invariance(Result):
    """How much of the measurement is equal across blocks.

    Attributes
    ----------
    levels : pandas.DataFrame
        The grouping columns, `element`, `level` (configural, metric, scalar, strict), `n`,
        `n_free`, `chi2`, `df`, `p_value`, `cfi`, `tli`, `rmsea`, `rmsea_low`, `rmsea_high`,
        `srmr`, `log_likelihood`, `aic`, `bic`, the changes against the level before `delta_chi2`,
        `delta_df`, `delta_p_value`, `delta_cfi`, `delta_rmsea`, `delta_srmr`, `holds` (see
        `invariance`; empty where it can't be told) and `note`; with a robust test or gaps
        `scaled_*` and `robust_*` as in `Confirmatory`.
    means : pandas.DataFrame
        The grouping columns, `element`, `block`, `reference`, `comparable`
        (whether the scalar level holds), `estimate` (latent mean of the
        block minus that of the reference, in standard deviations of the reference) with
        `std_error`, `conf_low`, `conf_high`, `p_value`, `n`; from the scalar level.
    links : pandas.DataFrame
        The grouping columns, `element`, `block`, `other`, `estimate` (latent correlation of
        partners or waves) and so on; empty for groups.
    releases : pandas.DataFrame
        The grouping columns, `element`, `level`, `item`, `kind`, `chi2` (about the fall if this
        equality is given up), `df`, `p_value`.
    verdicts : pandas.DataFrame
        The grouping columns, `element`, `n`, `holds` (the highest level up to which all hold),
        `fails` (the next one; empty when all hold).
    warnings : pandas.DataFrame
        The grouping columns, `element`, `warning`.
    across : str
        What is compared.
    blocks : tuple of str
        The blocks; the first is the reference.
    by : tuple of str
        The grouping columns.
    implied : str
        A grouping column that the comparison itself asked for; empty if none.
    estimator : str
        ``"ml"`` or ``"fiml"``.
    robust : bool
        Whether errors and tests hold without normality.
    cluster : str
        Column whose groups share errors; empty without.
    level : float
        Confidence level.
    """

    levels: pd.DataFrame
    means: pd.DataFrame
    links: pd.DataFrame
    releases: pd.DataFrame
    verdicts: pd.DataFrame
    warnings: pd.DataFrame
    across: str
    blocks: tuple[str, ...]
    by: tuple[str, ...]
    implied: str
    estimator: str
    robust: bool
    cluster: str
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.factor_models:invariance"
    references: ClassVar[tuple[str, ...]] = (
        "arbuckle1996",
        "cheung2002",
        "meredith1993",
        "sakaluk2021",
        "satorra2001",
        "sorbom1989",
        "yuan2000",
    )
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give every level's fit and the changes, one row a level, element and group."""
        return self.levels.copy()

    def headline(self) -> str:
        """What was compared."""
        split = f" by {' and '.join(self.by)}" if self.by else ""
        how = {"ml": "maximum likelihood", "fiml": "full information maximum likelihood"}
        robust = ", robust" if self.robust else ""
        return (
            f"Measurement invariance across {self.across} ({few(self.blocks)}){split}: "
            f"{how[self.estimator]}{robust}"
        )

    def notes(self) -> tuple[str, ...]:
        """Which levels hold, what stands against the next one, how means differ."""
        said = []
        if self.implied:
            what = "partners of a dyad" if self.across == "role" else "answers of one person"
            said.append(
                f"each {self.implied} is compared apart: {what} are compared within one "
                f"{self.implied}"
            )
        for labels, verdicts in self._groups(self.verdicts):
            where = f"{group_words(labels)}: " if labels else ""
            said += [where + text for text in self._verdict_notes(labels, verdicts)]
        said += self._warning_notes()
        return tuple(text for text in said if text)

    def _verdict_notes(self, labels: dict[str, object], verdicts: pd.DataFrame) -> Iterator[str]:
        for holds, part in verdicts.groupby("holds", sort=False):
            names = few(list(part["element"]), 12)
            if holds == LEVELS[-1]:
                yield f"all levels up to strict hold: {names}"
            elif (part["fails"] == "").all():
                yield f"levels up to {holds} hold, the next can't be told: {names}"
        for _, row in verdicts[verdicts["fails"] != ""].iterrows():
            yield self._failure_words(labels, row)
        for element in verdicts["element"]:
            yield from self._mean_words(labels, element, verdicts)

    def _failure_words(self, labels: dict[str, object], row: pd.Series) -> str:
        element, failed = row["element"], row["fails"]
        own = own_rows(self.levels, labels)
        step = own[(own["element"] == element) & (own["level"] == failed)].iloc[0]
        if failed == LEVELS[0]:
            return (
                f"{element}: the items do not form this element in every block (chi2("
                f"{int(step['df'])}) = {step['chi2']:.2f}, CFI {dot(step['cfi'])}, SRMR "
                f"{dot(step['srmr'])}), so the levels above mean little"
            )
        text = (
            f"{element}: {failed} fails (chi2 rises by {step['delta_chi2']:.2f} with "
            f"{int(step['delta_df'])} df, {p_words(step['delta_p_value'])}, CFI falls by "
            f"{dot(-step['delta_cfi'], 3)})"
        )
        releases = own_rows(self.releases, labels)
        releases = releases[(releases["level"] == failed) & (releases["p_value"] < 0.05)]
        if element != JOINT:
            releases = releases[releases["element"] == element]
        if releases.empty:
            return text
        first = releases.head(2)
        kind = first["kind"].iloc[0]
        found = " and ".join(
            f"{item} ({chi2:.1f})" for item, chi2 in zip(first["item"], first["chi2"], strict=True)
        )
        asked = "{" + f"{kind!r}: {list(first['item'])!r}" + "}"
        return f"{text}; the data object most to an equal {kind} of {found}: try free={asked}"

    def _mean_words(
        self, labels: dict[str, object], element: str, verdicts: pd.DataFrame
    ) -> Iterator[str]:
        if len(verdicts) > 1 or self.means.empty:
            return
        held = LEVELS.index(verdicts["holds"].iloc[0]) if verdicts["holds"].iloc[0] != NONE else -1
        if held < LEVELS.index("scalar"):
            yield "latent means can't be compared: intercepts differ"
            return
        for _, row in own_rows(self.means, labels).iterrows():
            yield (
                f"{row['element']}: latent mean of {row['block']} minus {row['reference']} "
                f"{dot(row['estimate'])} {interval(row['conf_low'], row['conf_high'])} standard "
                f"deviations of {row['reference']}"
            )
        for _, row in own_rows(self.links, labels).iterrows():
            size = f"{dot(row['estimate'])} {interval(row['conf_low'], row['conf_high'])}"
            yield (
                f"{row['element']}: {row['block']} and {row['other']} correlate {size}, which the "
                "errors respect"
            )

    def _warning_notes(self) -> Iterator[str]:
        """Small samples once; each other warning once, with what it is about."""
        first = self.levels[self.levels["level"] == LEVELS[0]].dropna(subset="n_free")
        if len(first):
            least = first.loc[(first["n"] / first["n_free"]).idxmin()]
            words = small_sample_words(int(least["n"]), int(least["n_free"]))
            if words:
                where = "" if len(first) == 1 else "smallest comparison: "
                yield f"{where}{words}; a level that holds here was not refuted, no more"
        for labels, rows in self._groups(self.warnings):
            where = f"{group_words(labels)}: " if labels else ""
            for text, part in rows.groupby("warning", sort=False):
                names = [name for name in part["element"] if name]
                yield f"{where}{few(names)}: {text}" if names else f"{where}{text}"

    def _groups(self, frame: pd.DataFrame) -> Iterator[tuple[dict[str, object], pd.DataFrame]]:
        for labels, rows in split_answers(frame[list(self.by)], self.by):
            yield labels, frame.iloc[rows]

    def _display_frame(self) -> pd.DataFrame:
        if len(self.levels) <= MANY_ROWS:
            names = ["element", "level", "chi2", "df", "cfi", "rmsea", "srmr", "delta_chi2"]
            names += ["delta_df", "delta_p_value", "delta_cfi", "holds"]
            return self.levels[[*self.by, *names]]
        shown = self.verdicts[[*self.by, "element", "n", "holds", "fails"]]
        if len(self.blocks) > 2 or self.means.empty or (shown["element"] == JOINT).any():
            return shown
        numbers = ["estimate", "conf_low", "conf_high"]
        means = self.means[[*self.by, "element", *numbers]].copy()
        means.loc[~self.means["comparable"].astype(bool), numbers] = np.nan
        return shown.merge(
            means.rename(columns={"estimate": f"{self.blocks[1]}_minus_{self.blocks[0]}"}),
            on=[*self.by, "element"],
            how="left",
        )
