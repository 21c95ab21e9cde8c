"""Does the program touch those who work beside its members?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ...rng import child_rng
from ...stats.regression import fit_ols
from ..assemble import know_people
from ..measures.reach import whole_number
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "spillover"
_FEWEST = 10


@dataclass(frozen=True, eq=False, repr=False)
class Spillover(NetworkResult):
    """Outcomes of people outside the program by their exposure to people in it; exploratory.

    Attributes
    ----------
    table : pandas.DataFrame
        One row: `outcome`, `estimate` (difference in outcome between colleagues of members only
        and of nobody in the program), `std_error`, `conf_low`, `conf_high`, `p_value`
        (permutation, two-sided), `n_permutations`, `seed`, `n` (people outside with colleagues).
    people : pandas.DataFrame
        Those people: `person_id`, `n_colleagues`, `exposure` (share of colleagues in the program),
        `outcome`.
    draws : numpy.ndarray of float64
        The estimate under permutation.
    """

    table: pd.DataFrame
    people: pd.DataFrame
    draws: np.ndarray

    references: ClassVar[tuple[str, ...]] = ("manski1993", "aronow2017")

    def to_frame(self) -> pd.DataFrame:
        """Give the estimate."""
        return self.table.copy()

    def headline(self) -> str:
        """The estimate."""
        row = self.table.iloc[0]
        return (
            f"Spill-over on {row['outcome']} (exploratory): {row['estimate']:.3f} from no to all "
            f"colleagues in the program, p = {row['p_value']:.3g}"
        )

    def notes(self) -> tuple[str, ...]:
        """Why this is no effect."""
        return (
            "exploratory: colleagues are alike and share a workplace whether or not a program "
            "exists; an association here is not an effect",
            "p: outcomes shuffled among people outside, exposure held; p = (1 + b)/(R + 1)",
            *super().notes(),
        )


def spillover(
    network: MentorNetwork,
    *,
    colleagues: pd.DataFrame | str,
    outcome: str,
    seed: int,
    n_permutations: int = 1000,
) -> Spillover:
    """Explore whether people outside the program fare better beside colleagues in it.

    Parameters
    ----------
    network : MentorNetwork
        With everybody in `people`, and the outcome as a column of it.
    colleagues : pandas.DataFrame or str
        Pairs of people as `source` and `target`, read in both directions; or a column of people:
        those with one value are colleagues (a team).
    outcome : str
        Column of people with numbers.
    seed : int
        For the permutations.
    n_permutations : int
        R.

    Returns
    -------
    Spillover
        Marked exploratory, always.

    Raises
    ------
    OptionError
        For unknown columns or a frame of another shape.
    EstimationError
        If fewer than ten people outside have colleagues and an outcome, or all are exposed alike.

    References
    ----------
    manski1993 : Identification of endogenous social effects: the reflection problem.
    aronow2017 : Estimating average causal effects under general interference.
    """
    column = network.attribute(outcome, who=WHO)
    if not pd.api.types.is_numeric_dtype(column):
        raise OptionError(f"{WHO}: `outcome` must hold numbers; '{outcome}' holds {column.dtype}.")
    n_permutations = whole_number(n_permutations, who=WHO, name="n_permutations", least=1)
    values = column.to_numpy(dtype=float, na_value=np.nan)
    inside = np.diff(network.around.indptr) > 0
    n_all, n_inside = _colleagues(network, colleagues, inside)
    used = ~inside & (n_all > 0) & ~np.isnan(values)
    exposure, y = n_inside[used] / n_all[used], values[used]
    if used.sum() < _FEWEST or exposure.min() == exposure.max():
        raise EstimationError(
            f"{WHO}: needs {_FEWEST} people outside the program with colleagues and an outcome, "
            f"not all exposed alike; {count(int(used.sum()), 'person', 'people')} have them."
        )
    fit = fit_ols(y, np.column_stack([np.ones(len(y)), exposure]))
    centered = exposure - exposure.mean()
    rng = child_rng(seed, WHO)
    draws = np.array([rng.permutation(y) @ centered for _ in range(n_permutations)])
    draws /= centered @ centered
    estimate = float(centered @ y / (centered @ centered))
    extreme = int((np.abs(draws) >= abs(estimate) * (1 - 1e-9)).sum())
    table = pd.DataFrame(
        [
            {
                "outcome": outcome,
                "estimate": estimate,
                "std_error": float(fit.std_errors[1]),
                "conf_low": float(fit.intervals[1, 0]),
                "conf_high": float(fit.intervals[1, 1]),
                "p_value": (1 + extreme) / (n_permutations + 1),
                "n_permutations": n_permutations,
                "seed": int(seed),
                "n": int(used.sum()),
            }
        ]
    )
    people = pd.DataFrame(
        {
            "person_id": network.ids[used],
            "n_colleagues": n_all[used],
            "exposure": exposure,
            "outcome": y,
        }
    )
    parameters = {"outcome": outcome, "n_permutations": n_permutations, "seed": seed}
    return Spillover(table=table, people=people, draws=draws, **asked(WHO, network, parameters))


def _colleagues(
    network: MentorNetwork, colleagues: pd.DataFrame | str, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Colleagues of everybody, and those of them in the program."""
    n = network.n_people
    if isinstance(colleagues, str):
        codes, levels = network.labels(colleagues, who=WHO)
        known = codes >= 0
        sizes = np.bincount(codes[known], minlength=len(levels))
        members = np.bincount(codes[known & inside], minlength=len(levels))
        n_all, n_inside = np.zeros((2, n), dtype=np.int64)
        n_all[known] = sizes[codes[known]] - 1
        n_inside[known] = members[codes[known]] - inside[known]
        return n_all, n_inside
    if not isinstance(colleagues, pd.DataFrame) or not {"source", "target"} <= set(colleagues):
        raise OptionError(
            f"{WHO}: `colleagues` must be a column of people or a frame with `source` and `target`."
        )
    first, second = (
        know_people(network.people, colleagues[name], column=name, who=WHO)
        for name in ("source", "target")
    )
    apart = first != second
    low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
    low, high = np.unique(np.stack([low, high]), axis=1)
    person, other = np.concatenate([low, high]), np.concatenate([high, low])
    return (
        np.bincount(person, minlength=n),
        np.bincount(person[inside[other]], minlength=n),
    )
