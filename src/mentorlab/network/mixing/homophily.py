"""Are tied people more alike than chance would have it, and what is chance?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count
from ...options import check_option
from ...stats.permutation import PermutationTest, judge
from ..choices import Compared, Null, Shuffled
from ..measures.reach import whole_number
from ..network import MentorNetwork
from ..result import NetworkResult, asked
from .nulls import Likeness, draw_null
from .usable import usable_ties

WHO = "homophily"
_MEANING = {
    "labels": "{attribute} shuffled among all {who}",
    "strata": "{attribute} shuffled among {who} of the same {within}",
    "degree": "ties rewired, everybody keeps the number of ties",
    "qap": "{attribute} shuffled among everybody, ties or not",
}
_KEYS = {
    "labels": (),
    "strata": (),
    "degree": ("maslov2002", "fosdick2018"),
    "qap": ("krackhardt1988b",),
}


@dataclass(frozen=True, eq=False, repr=False)
class Homophily(NetworkResult):
    """Likeness of tied people against a null.

    Attributes
    ----------
    attribute, null, compare, shuffled : str
        What was asked.
    within : str
        Column of the strata; empty without.
    test : PermutationTest
        Of the share of ties between equals (of the mean absolute difference; of the QAP
        correlation).
    expected : float
        Under the null: exact where a formula exists, else the mean of the draws.
    exact : bool
        Whether `expected` is exact.
    assortativity : float
        Newman's coefficient; NaN for differences.
    draws : numpy.ndarray of float64
        The statistic in each permutation.
    n_ties, n_unknown, seed : int
        Ties used, ties left out because a value is missing, and the seed.
    """

    attribute: str
    null: str
    compare: str
    shuffled: str
    within: str
    test: PermutationTest
    expected: float
    exact: bool
    assortativity: float
    draws: np.ndarray
    n_ties: int
    n_unknown: int
    seed: int

    plotter: ClassVar[str] = "mentorlab.plots.network:homophily"

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind the null."""
        return ("mcpherson2001", "newman2003", "phipson2010", *_KEYS[self.null])

    @property
    def p_value(self) -> float:
        """Chance of ties at least as much among equals under the null, one-sided."""
        return self.test.p_less if self.compare == "difference" else self.test.p_greater

    @property
    def statistic(self) -> str:
        """What was counted."""
        if self.null == "qap":
            return "correlation"
        return "mean_difference" if self.compare == "difference" else "share_same"

    def to_frame(self) -> pd.DataFrame:
        """Give one row."""
        test = self.test
        return pd.DataFrame(
            [
                {
                    "attribute": self.attribute,
                    "null": self.null,
                    "statistic": self.statistic,
                    "observed": test.observed,
                    "expected": self.expected,
                    "null_mean": test.mean,
                    "null_sd": test.sd,
                    "z": test.z,
                    "p_value": self.p_value,
                    "p_two_sided": test.p_two_sided,
                    "n_permutations": test.n_draws,
                    "seed": self.seed,
                    "n_ties": self.n_ties,
                    "n_unknown": self.n_unknown,
                }
            ]
        )

    def headline(self) -> str:
        """Observed against expected."""
        what = {
            "share_same": f"of ties are between people of the same {self.attribute}",
            "mean_difference": f"mean difference in {self.attribute} over ties",
            "correlation": f"correlation of ties with the same {self.attribute}",
        }[self.statistic]
        seen, chance = self.test.observed, self.expected
        if self.statistic == "share_same":
            return f"{seen:.1%} {what}; {chance:.1%} expected ({self.null} null)"
        return f"{what} {seen:.3f}; {chance:.3f} expected ({self.null} null)"

    def notes(self) -> tuple[str, ...]:
        """The null in words, how p was made, what was left out."""
        test = self.test
        z = "not defined: the null does not vary" if np.isnan(test.z) else f"{test.z:.1f}"
        said = [
            "null: "
            + _MEANING[self.null].format(
                attribute=self.attribute, who=self.shuffled, within=self.within
            ),
            f"z {z}; p = (1 + b)/(R + 1) = {self.p_value:.4g}, R = {test.n_draws:,}, "
            f"seed {self.seed}",
            f"expected: {'exact' if self.exact else 'mean of the draws'}",
        ]
        if self.n_unknown:
            said.append(f"{count(self.n_unknown, 'tie')} left out: a value is missing")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        return self.to_frame()[["observed", "expected", "null_sd", "z", "p_value", "n_ties"]]


def homophily(
    network: MentorNetwork,
    *,
    attribute: str,
    null: Null,
    seed: int,
    within: str | None = None,
    n_permutations: int = 1000,
    shuffle: Shuffled | None = None,
    compare: Compared = "same",
) -> Homophily:
    """Tell whether tied people are more alike than a stated kind of chance would make them.

    The null is a choice with consequences: shuffling labels over the whole pool calls it homophily
    when mentees simply find mentors in their own school; shuffling within schools does not.

    Parameters
    ----------
    network : MentorNetwork
        Any network; ties count as 1.
    attribute : str
        Column of people.
    null : {"labels", "strata", "degree", "qap"}
        ``"labels"``: the attribute is shuffled among people in ties. ``"strata"``: shuffled among
        those with the same value of `within`. ``"degree"``: ties are rewired by swaps in which
        everybody keeps the number of ties. ``"qap"``: shuffled among everybody, and the statistic
        is the correlation over all pairs (each side by itself in a pool).
    seed : int
        For the permutations.
    within : str, optional
        Column of people with the strata, for ``null="strata"`` only.
    n_permutations : int
        R.
    shuffle : {"mentees", "mentors", "people"}, optional
        Whose labels move under ``"labels"`` and ``"strata"``: mentees in a pool where nobody is
        both, else all people.
    compare : {"same", "difference"}
        Count ties between equals, or take the mean absolute difference of a number.

    Returns
    -------
    Homophily

    Raises
    ------
    OptionError
        For unknown columns and options, and `within` without or lacking ``"strata"``.
    EstimationError
        If no tie has the attribute at both ends or everybody has one value: not defined.

    Notes
    -----
    Missing values leave their ties out; they are counted. p is one-sided (more alike) and
    (1 + b)/(R + 1), so it is never 0; ``p_two_sided`` doubles the smaller tail. z divides by the
    standard deviation of the draws. Swaps start with ten attempts a tie and go on with one attempt
    a tie between draws; neighboring draws stay somewhat alike, so p is less sharp than R says.

    References
    ----------
    mcpherson2001 : Birds of a feather.
    phipson2010 : Permutation p-values should never be zero.
    maslov2002 : Specificity and stability in topology of protein networks.
    fosdick2018 : Configuring random graph models with fixed degree sequences.
    krackhardt1988b : Predicting with networks.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "bo"] * 2, "mentee_id": list("cdef")})
    >>> people = pd.DataFrame(
    ...     {"person_id": ["ann", "bo", *"cdef"], "unit": ["x", "y", "x", "y", "x", "y"]}
    ... )
    >>> network = MentorNetwork.from_ties(ties, source="program records", people=people)
    >>> found = homophily(network, attribute="unit", null="labels", seed=1, n_permutations=99)
    >>> found.test.observed, found.expected
    (1.0, 0.5)
    """
    check_option(null, Null, who=WHO, name="null")
    check_option(compare, Compared, who=WHO, name="compare")
    n_permutations = whole_number(n_permutations, who=WHO, name="n_permutations", least=1)
    _check_within(null, within)
    side = _side(network, shuffle)
    ties = usable_ties(network, attribute, compare=compare, within=within, side=side)
    if null == "qap" and compare == "difference":
        raise OptionError(
            f"{WHO}: null='qap' compares equals; for differences use "
            f"qap(network, covariates=Difference({attribute!r}), seed=...)."
        )
    likeness: Likeness = draw_null(ties, null, n_permutations, seed)
    return Homophily(
        attribute=attribute,
        null=null,
        compare=compare,
        shuffled=side,
        within=within or "",
        test=judge(likeness.observed, likeness.draws, expected=likeness.expected),
        expected=(float(likeness.draws.mean()) if likeness.expected is None else likeness.expected),
        exact=likeness.expected is not None,
        assortativity=ties.assortativity(),
        draws=likeness.draws,
        n_ties=len(ties.mentor),
        n_unknown=ties.n_unknown,
        seed=int(seed),
        said=likeness.said,
        **asked(
            WHO,
            network,
            {
                "attribute": attribute,
                "null": null,
                "within": within,
                "n_permutations": n_permutations,
                "shuffle": side,
                "compare": compare,
                "seed": seed,
            },
        ),
    )


def _check_within(null: str, within: str | None) -> None:
    if (null == "strata") != (within is not None):
        raise OptionError(
            f"{WHO}: `within` names the strata of null='strata' and of no other null; got "
            f"null={null!r} and within={within!r}."
        )


def _side(network: MentorNetwork, shuffle: str | None) -> str:
    pool = network.directed and network.two_sided
    if shuffle is None:
        return "mentees" if pool else "people"
    check_option(shuffle, Shuffled, who=WHO, name="shuffle")
    if shuffle != "people" and not network.directed:
        raise OptionError(f"{WHO}: this network has no sides; `shuffle` must be 'people'.")
    if shuffle == "people" and pool:
        raise OptionError(
            f"{WHO}: nobody here is both mentor and mentee, so labels can't move between the "
            "sides; `shuffle` must be 'mentees' or 'mentors'."
        )
    return shuffle
