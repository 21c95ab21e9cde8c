"""The answer of `factor_structure`: how many things the items measure, said in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import count
from ...result import Result
from ...stats.factors.fit import FactorFit

_PAIRS_SHOWN = 6
_VERDICTS = (
    (1.0, "can't be told apart"),
    (0.9, "can hardly be told apart"),
    (0.8, "lie close together"),
)
DISTINCT = "are told apart"


def verdict(conf_high: float) -> str:
    """Say whether two elements are told apart, from the upper limit of their correlation.

    The limits 1, .9 and .8 of the correlation freed of measurement error are those of Rönkkö and
    Cho; they are conventions.

    Examples
    --------
    >>> verdict(1.02), verdict(0.7)
    ("can't be told apart", 'are told apart')
    """
    if np.isnan(conf_high):
        return "not known"
    return next((text for limit, text in _VERDICTS if conf_high >= limit), DISTINCT)


@dataclass(frozen=True, eq=False, repr=False)
class FactorStructure(Result):
    """How many factors the items have, how they load, and which elements stand apart.

    Attributes
    ----------
    eigenvalues : pandas.DataFrame
        `component`, `eigenvalue`, `chance_limit` (what shuffled answers reach), `map` (average
        squared partial correlation that is left after so many components).
    suggestions : pandas.DataFrame
        `rule`, `n_factors`: what each rule says.
    loadings : pandas.DataFrame
        `item`, `element`, `factor_1`, ..., `communality`, `uniqueness`, `adequacy` (Kaiser, Meyer
        and Olkin's measure of the item).
    factor_correlations : pandas.DataFrame
        `factor`, `factor_1`, ...
    element_correlations : pandas.DataFrame
        `element`, `other`, `correlation` (of the scores), `corrected` (freed of measurement
        error), `conf_low`, `conf_high`, `verdict`.
    general_factor : pandas.DataFrame
        One row: `common_share` (of what the items share), `omega_hierarchical` (of the total
        score), `omega_total`, `n_group_factors`; empty when it could not be had.
    fit : FactorFit
        How well the factors reproduce the correlations.
    adequacy, sphericity_p : float
        Kaiser, Meyer and Olkin's measure and the p value of Bartlett's test.
    n, n_dropped : int
        Complete answers, and incomplete ones that were left out.
    n_factors : int
        Factors that were extracted.
    method, rotation, correlation : str
        How.
    is_smoothed : bool
        Whether the correlations had to be made positive definite.
    level : float
        Confidence level.
    doubts : tuple of str
        What went wrong or was repaired, by name.
    """

    eigenvalues: pd.DataFrame
    suggestions: pd.DataFrame
    loadings: pd.DataFrame
    factor_correlations: pd.DataFrame
    element_correlations: pd.DataFrame
    general_factor: pd.DataFrame
    fit: FactorFit
    adequacy: float
    sphericity_p: float
    n: int
    n_dropped: int
    n_factors: int
    method: str
    rotation: str
    correlation: str
    is_smoothed: bool
    level: float
    doubts: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.structure:factor_structure"
    digits: ClassVar[int] = 2

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind the methods that were used."""
        keys = ["horn1965", "buja1992", "velicer1976", "kaiser1974", "bartlett1951"]
        keys += {"minres": ["harman1966"], "ml": ["joreskog1967"], "pa": []}[self.method]
        keys += {
            "oblimin": ["bernaards2005"],
            "varimax": ["kaiser1958"],
            "promax": ["hendrickson1964"],
            "none": [],
        }[self.rotation]
        keys += ["olsson1979"] if self.correlation == "polychoric" else []
        return (*keys, "schmid1957", "zinbarg2005", "ronkko2022")

    def to_frame(self) -> pd.DataFrame:
        """Give the loadings, one row an item."""
        return self.loadings.copy()

    def headline(self) -> str:
        """What was factored, and what the rules say."""
        n_items, n_elements = len(self.loadings), self.loadings["element"].nunique()
        rules = ", ".join(
            f"{rule} {n}" for rule, n in self.suggestions.itertuples(index=False, name=None)
        )
        return (
            f"Factor structure of {count(n_items, 'item')} of {count(n_elements, 'element')}, "
            f"{count(self.n, 'complete answer')}; factors by rule: {rules}; "
            f"extracted: {self.n_factors}"
        )

    def notes(self) -> tuple[str, ...]:
        """Which elements can't be told apart, the general factor, then doubts."""
        return (*self._told_apart(), *self._general(), *self._fit_said(), *self.doubts)

    def _told_apart(self) -> list[str]:
        pairs = self.element_correlations
        if pairs.empty:
            return []
        said = []
        for _, text in _VERDICTS:
            rows = pairs[pairs["verdict"] == text].sort_values("corrected", ascending=False)
            if rows.empty:
                continue
            shown = "; ".join(
                f"{row['element']} and {row['other']} ({row['corrected']:.2f}, "
                f"{row['conf_low']:.2f} to {row['conf_high']:.2f})"
                for _, row in rows.head(_PAIRS_SHOWN).iterrows()
            )
            more = len(rows) - _PAIRS_SHOWN
            tail = f"; and {count(more, 'other pair')}" if more > 0 else ""
            said.append(
                f"{count(len(rows), 'pair')} of elements {text} in these answers (correlation "
                f"freed of measurement error, {self.level:.0%} interval): {shown}{tail}"
            )
        low, high = pairs["correlation"].min(), pairs["correlation"].max()
        said.append(
            f"scores of elements correlate from {low:.2f} to {high:.2f}; .5 to .9 is usual for "
            "relationship elements"
        )
        return said

    def _general(self) -> list[str]:
        if self.general_factor.empty:
            return []
        row = self.general_factor.iloc[0]
        return [
            f"one general factor holds {row['common_share']:.0%} of what the items share and "
            f"explains {row['omega_hierarchical']:.0%} of the variance of a total score "
            "(hierarchical omega)"
        ]

    def _fit_said(self) -> list[str]:
        fit, many = self.fit, count(self.n_factors, "factor")
        left = (
            f"residual correlations {fit.rms_residual:.3f} on average; sampling adequacy "
            f"{self.adequacy:.2f}"
        )
        if np.isnan(fit.rmsea) or self.is_smoothed or self.correlation != "pearson":
            return [f"{many}: {left}"]
        return [
            f"{many}: RMSEA {fit.rmsea:.3f} (90% {fit.rmsea_low:.3f} to {fit.rmsea_high:.3f}), "
            f"TLI {fit.tli:.2f}, {left}"
        ]

    def _display_frame(self) -> pd.DataFrame:
        return self.loadings.drop(columns=["uniqueness", "adequacy"])
