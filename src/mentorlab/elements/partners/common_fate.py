"""What the relationship itself does, beyond either partner's view of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.dyads.common_fate import COMMON_FATE_PARAMETERS, CommonFateFit, fit_common_fate
from .dyad_frames import PARTNERS, Variable, label_of, p_text, read_dyads

WHO = "common_fate"


@dataclass(frozen=True, eq=False, repr=False)
class CommonFate(Result):
    """A common fate model.

    Attributes
    ----------
    parameters : pandas.DataFrame
        `parameter`, `estimate`, `std_error`, `conf_low`, `conf_high`, `p_value`, `standardized`,
        `n`, `meaning`.
    fit : pandas.Series
        chi2, df, p_value, cfi, rmsea, srmr.
    loadings : pandas.Series
        How far each rating shows what partners share, 0 to 1.
    outcome, predictor : str
        What was asked.
    remarks : tuple of str
        Improper estimates, what was left out.
    level : float
        Confidence level.
    """

    parameters: pd.DataFrame
    fit: pd.Series
    loadings: pd.Series
    outcome: str
    predictor: str
    remarks: tuple[str, ...]
    level: float

    references: ClassVar[tuple[str, ...]] = ("ledermann2012", "kenny2006")
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the parameters, one row each."""
        return self.parameters.copy()

    def headline(self) -> str:
        """What explains what."""
        n = int(self.parameters["n"].iloc[0])
        return (
            f"Common fate: shared {self.predictor} and shared {self.outcome} ({count(n, 'pair')})"
        )

    def notes(self) -> tuple[str, ...]:
        """Fit, loadings, improper estimates."""
        fit, low = self.fit, self.loadings.min()
        said = [
            f"fit: chi2 {fit['chi2']:.2f} on {fit['df']:.0f} df, p {p_text(fit['p_value'])}; CFI "
            f"{fit['cfi']:.3f}, RMSEA {fit['rmsea']:.3f}, SRMR {fit['srmr']:.3f}",
            f"a rating shows what partners share with a loading of {low:.2f} or more",
        ]
        if low < 0.5:
            said.append(
                "partners share little: the effect is a ratio of small numbers; the actor-partner "
                "model fits such ratings better"
            )
        return (*said, *self.remarks, "the effect is an association, not a cause")

    def _display_frame(self) -> pd.DataFrame:
        shown = self.parameters.drop(columns=["n", "meaning"])
        return shown.assign(p_value=shown["p_value"].map(p_text))


def common_fate(
    pairs: pd.DataFrame,
    *,
    outcome: Variable,
    predictor: Variable,
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> CommonFate:
    r"""Tell how what partners share in one element goes with what they share in another.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`, or one row a dyad.
    outcome, predictor : str or tuple of str
        Elements of `pairs`, or two columns each.
    roles : tuple of str
        The columns with the partners' scores.
    wave : int, optional
        Analyze one wave; pairs that occur in several are refused.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    CommonFate

    Raises
    ------
    OptionError
        For unknown elements, columns and arguments.
    EstimationError
        With fewer than ten complete pairs, pairs in several waves, or partners who share nothing
        in the predictor.

    Notes
    -----
    Both partners' ratings load 1 on a variable of the dyad; see ``stats.common_fate``. Pairs are
    taken as independent: where mentors have several mentees errors are too small, which a remark
    says. Use it for things that belong to the relationship; where each partner has a view of their
    own use `actor_partner`.

    References
    ----------
    ledermann2012, kenny2006

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mentorlab.elements import common_fate
    >>> rng = np.random.default_rng(3)
    >>> shared = rng.normal(size=400)
    >>> frame = pd.DataFrame(
    ...     {f"{name}_{side}": shared * size + rng.normal(size=400)
    ...      for name, size in (("trust", 1.0), ("growth", 0.5)) for side in ("mentor", "mentee")}
    ... )
    >>> growth, trust = ("growth_mentor", "growth_mentee"), ("trust_mentor", "trust_mentee")
    >>> result = common_fate(frame, outcome=growth, predictor=trust)
    >>> result.to_frame()["parameter"][0]
    'effect'
    """
    check_level(level, who=WHO)
    names = [label_of(predictor), label_of(outcome)]
    dyads = read_dyads(
        pairs, dict(zip(names, (predictor, outcome), strict=True)), who=WHO, roles=roles, wave=wave
    )
    if dyads.repeated:
        raise EstimationError(
            f"{WHO}: {count(dyads.repeated, 'pair')} occur in several waves, which are not "
            "independent. Give wave= for one of them."
        )
    try:
        found = fit_common_fate(dyads.values[names[0]], dyads.values[names[1]])
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error
    remarks = []
    if dyads.n_dropped:
        remarks.append(f"{count(dyads.n_dropped, 'pair')} left out for an empty cell")
    if dyads.cluster:
        remarks.append(
            f"mentors have several mentees ({dyads.n_clusters:,} mentors): pairs are taken as "
            "independent here, so errors are too small"
        )
    remarks += [
        f"the variance {name} came out negative (Heywood case): read it as zero"
        for name in found.improper
    ]
    return CommonFate(
        parameters=_parameters(found, names, roles, dyads.n, level),
        fit=pd.Series(
            {
                name: getattr(found.fit, name)
                for name in ("chi2", "df", "p_value", "cfi", "rmsea", "srmr")
            }
        ),
        loadings=pd.Series(
            found.loadings, index=[f"{name}, {role}" for name in names for role in roles]
        ),
        outcome=names[1],
        predictor=names[0],
        remarks=tuple(remarks),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "outcome": outcome,
                "predictor": predictor,
                "wave": wave,
                "level": level,
            },
        ),
    )


def _parameters(
    found: CommonFateFit, names: list[str], roles: tuple[str, str], n: int, level: float
) -> pd.DataFrame:
    from scipy.stats import norm

    half = norm.ppf((1 + level) / 2) * found.std_error
    predictor, outcome = names
    meanings = [
        f"shared {outcome} for one more point of shared {predictor}",
        *(f"what only the {role} sees in both" for role in roles),
        *(f"what only the {role} sees in {name}" for name in names for role in roles),
        f"variance of shared {predictor}",
        f"variance of shared {outcome} beyond {predictor}",
    ]
    return pd.DataFrame(
        {
            "parameter": COMMON_FATE_PARAMETERS,
            "estimate": found.estimate,
            "std_error": found.std_error,
            "conf_low": found.estimate - half,
            "conf_high": found.estimate + half,
            "p_value": found.p_value,
            "standardized": found.standardized,
            "n": n,
            "meaning": np.array(meanings),
        }
    )
