"""Do ties follow what two people have in common? Permutation tests for pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError
from ...rng import child_rng
from ...stats.permutation import judge
from ..assemble import need_ties
from ..measures.reach import whole_number
from ..network import MentorNetwork
from ..result import NetworkResult, asked
from .covariates import WHO, read_covariates
from .regression import double_semipartialing


@dataclass(frozen=True, eq=False, repr=False)
class Qap(NetworkResult):
    """Correlation or regression of ties on covariates of pairs, tested by permuting people.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a covariate: `covariate`, `estimate` (correlation, or regression coefficient),
        `statistic` (what was permuted: the correlation, or t), `null_mean`, `null_sd`, `p_value`
        (two-sided), `p_greater`, `p_less`, `n_permutations`, `seed`.
    method : {"correlation", "regression"}
        What was asked.
    intercept, r_squared : float
        Of the regression; NaN for a correlation.
    n_people, n_pairs : int
        Size.
    draws : dict of str to numpy.ndarray
        The statistic in each permutation.
    """

    table: pd.DataFrame
    method: str
    intercept: float
    r_squared: float
    n_people: int
    n_pairs: int
    draws: dict[str, np.ndarray]

    references: ClassVar[tuple[str, ...]] = ("krackhardt1988b", "dekker2007", "phipson2010")

    def to_frame(self) -> pd.DataFrame:
        """Give one row a covariate."""
        return self.table.copy()

    def headline(self) -> str:
        """What was asked of how many."""
        how = "QAP correlation" if self.method == "correlation" else "MRQAP regression"
        return f"{how} of ties over {self.n_pairs:,} pairs of {self.n_people:,} people"

    def notes(self) -> tuple[str, ...]:
        """How p was made."""
        row = self.table.iloc[0]
        said = [
            f"p = (1 + b)/(R + 1), R = {int(row['n_permutations']):,}, seed {int(row['seed'])}; "
            "people are permuted, so pairs that share a person stay together"
        ]
        if self.method == "regression":
            said.append(
                "double semi-partialing: each covariate's residual is permuted; the statistic is t"
            )
            said.append(f"intercept {self.intercept:.4f}, R squared {self.r_squared:.3f}")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        return self.table[["covariate", "estimate", "p_value", "p_greater", "p_less"]]


def qap(
    network: MentorNetwork,
    *,
    covariates: Any,
    seed: int,
    n_permutations: int = 1000,
    weighted: bool = False,
) -> Qap:
    r"""Tell whether ties follow what two people have in common, alone or beside other things.

    Parameters
    ----------
    network : MentorNetwork
        A network of one kind of people (advice, co-mentoring), up to 3,000 of them.
    covariates : Same, Difference, Sender, Receiver, a list of them, or a mapping
        ``Same("department")`` is 1 for two people of one department; the others take numbers.
        A mapping gives names to covariates, to matrices (in the order of ``network.ids``), frames
        with ids on both axes, or other networks. One covariate is correlated with the ties,
        several enter a regression.
    seed : int
        For the permutations.
    n_permutations : int
        R.
    weighted : bool
        Whether ties count by weight; otherwise each counts as 1.

    Returns
    -------
    Qap

    Raises
    ------
    OptionError
        In a pool where nobody is both mentor and mentee (see `homophily`), for unknown attributes
        and matrices of another size.
    EstimationError
        If a value is missing or does not vary, or covariates determine each other.

    Notes
    -----
    The correlation is Pearson's over ordered pairs of different people, as sna's ``gcor``; a
    permutation renumbers the people of one matrix. In the regression (least squares over the same
    pairs) each covariate is first freed of the others, its residual is permuted, and t statistics
    are compared: Dekker's double semi-partialing, which holds its level when covariates are
    related and ties depend on each other. A linear model of 0/1 ties gives differences in
    probability; for log-odds and network dependence use statnet (`export_network`).

    References
    ----------
    krackhardt1988b : Predicting with networks: nonparametric multiple regression.
    dekker2007 : Sensitivity of MRQAP tests to collinearity and autocorrelation conditions.
    phipson2010 : Permutation p-values should never be zero.

    Examples
    --------
    >>> from mentorlab.network import Same
    >>> ties = pd.DataFrame({"source": list("aabbccd"), "target": list("bcacabe")})
    >>> people = pd.DataFrame({"person_id": list("abcde"), "unit": list("xxxyy")})
    >>> network = MentorNetwork.from_ties(ties, source="self-report", people=people)
    >>> found = qap(network, covariates=Same("unit"), seed=1, n_permutations=199).to_frame()
    >>> round(found["estimate"].item(), 3), found["p_value"].item() > 0
    (0.899, True)
    """
    need_ties(network, who=WHO)
    if network.directed and network.two_sided:
        raise OptionError(
            f"{WHO}: nobody here is both mentor and mentee, so most pairs could never be tied. "
            "Use homophily(..., null='qap'), or project the network first."
        )
    n_permutations = whole_number(n_permutations, who=WHO, name="n_permutations", least=1)
    matrices = read_covariates(network, covariates)
    parameters = {
        "covariates": tuple(matrices),
        "n_permutations": n_permutations,
        "weighted": weighted,
        "seed": seed,
    }
    ties = _tie_matrix(network, weighted)
    n = network.n_people
    shared = {"n_people": n, "n_pairs": n * (n - 1), **asked(WHO, network, parameters)}
    if len(matrices) == 1:
        return _correlate(ties, matrices, n_permutations, seed, shared)
    return _regress(ties, matrices, n_permutations, seed, shared)


def _tie_matrix(network: MentorNetwork, weighted: bool) -> np.ndarray:
    out = network.out
    rows = np.repeat(np.arange(network.n_people), np.diff(out.indptr))
    matrix = np.zeros((network.n_people, network.n_people))
    matrix[rows, out.indices] = out.weight if weighted else 1.0
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    if off.min() == off.max():
        raise EstimationError(f"{WHO}: every pair has the same tie, so nothing is to be explained.")
    return matrix


def _correlate(
    ties: np.ndarray, matrices: dict[str, np.ndarray], n_draws: int, seed: int, shared: dict
) -> Qap:
    from ...stats.shuffles import qap_sums

    ((name, matrix),) = matrices.items()
    n = len(ties)
    off = ~np.eye(n, dtype=bool)
    cells = n * (n - 1)
    y, x = ties[off], matrix[off]
    center, spread = y.sum() * x.sum() / cells, cells * y.std() * x.std()
    rows, columns = np.nonzero(ties)
    rng = child_rng(seed, WHO, name)
    sums = qap_sums(
        rows.astype(np.int32), columns.astype(np.int32), ties[rows, columns], matrix, n_draws, rng
    )
    seen = float((y @ x - center) / spread)
    draws = (sums - center) / spread
    table = pd.DataFrame([_row(name, seen, seen, draws, seed)])
    return Qap(
        table=table,
        method="correlation",
        intercept=float("nan"),
        r_squared=float("nan"),
        draws={name: draws},
        **shared,
    )


def _regress(
    ties: np.ndarray, matrices: dict[str, np.ndarray], n_draws: int, seed: int, shared: dict
) -> Qap:
    stacked = np.stack(list(matrices.values()), axis=2)
    rngs = [child_rng(seed, WHO, name) for name in matrices]
    fit = double_semipartialing(ties, stacked, n_draws, rngs, names=list(matrices))
    rows = [
        _row(name, fit.coefficients[k + 1], fit.t[k], fit.draws[k], seed)
        for k, name in enumerate(matrices)
    ]
    return Qap(
        table=pd.DataFrame(rows),
        method="regression",
        intercept=float(fit.coefficients[0]),
        r_squared=fit.r_squared,
        draws=dict(zip(matrices, fit.draws, strict=True)),
        **shared,
    )


def _row(
    name: str, estimate: float, statistic: float, draws: np.ndarray, seed: int
) -> dict[str, object]:
    test = judge(float(statistic), draws)
    extreme = int((np.abs(draws) >= abs(statistic) - 1e-9 * max(1.0, abs(statistic))).sum())
    return {
        "covariate": name,
        "estimate": float(estimate),
        "statistic": float(statistic),
        "null_mean": test.mean,
        "null_sd": test.sd,
        "p_value": (1 + extreme) / (len(draws) + 1),
        "p_greater": test.p_greater,
        "p_less": test.p_less,
        "n_permutations": len(draws),
        "seed": int(seed),
    }
