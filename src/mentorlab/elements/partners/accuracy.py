"""Whether partners know what the other thinks, or take their own view for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.clusters import cluster_robust
from .dyad_frames import (
    PARTNERS,
    Dyads,
    elements_of,
    p_text,
    pair_clusters,
    read_dyads,
    widen,
)

WHO = "perceptual_accuracy"
_MEANINGS = {
    "directional bias": "how many points the guess lies above the partner's answer, on average",
    "truth force": "how far the guess follows the partner's answer",
    "assumed similarity": "how far the guess follows the perceiver's own answer",
}


@dataclass(frozen=True, eq=False, repr=False)
class PerceptualAccuracy(Result):
    """Truth and bias of guesses of the partner's answer.

    Attributes
    ----------
    table : pandas.DataFrame
        `perceiver`, `part` (directional bias, truth force, assumed similarity), `estimate`,
        `std_error`, `df`, `conf_low`, `conf_high`, `p_value`, `n`, `meaning`.
    correlations : pandas.DataFrame
        `perceiver`, `accuracy` (guess with the partner's answer), `similarity` (own with partner's
        answer), `projection` (guess with own answer), `n`.
    guess, truth : str
        The elements.
    remarks : tuple of str
        What was left out.
    level : float
        Confidence level.
    """

    table: pd.DataFrame
    correlations: pd.DataFrame
    guess: str
    truth: str
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:perceptual_accuracy"
    references: ClassVar[tuple[str, ...]] = ("west2011", "pustejovsky2018")
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the parts, three rows a perceiver."""
        return self.table.copy()

    def headline(self) -> str:
        """What was guessed."""
        return f"Perceptual accuracy: {self.guess} as a guess of the partner's {self.truth}"

    def notes(self) -> tuple[str, ...]:
        """Correlations behind the parts."""
        said = [
            f"{row['perceiver']}s: guess with partner's answer {row['accuracy']:.2f}, guess with "
            f"own answer {row['projection']:.2f}, own with partner's {row['similarity']:.2f}"
            for _, row in self.correlations.iterrows()
        ]
        return (*said, *self.remarks)

    def _display_frame(self) -> pd.DataFrame:
        shown = self.table.drop(columns=["meaning", "std_error"])
        return shown.assign(p_value=shown["p_value"].map(p_text))


def perceptual_accuracy(
    pairs: pd.DataFrame,
    *,
    truth: str,
    guess: str,
    cluster: str | None = "mentor_id",
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> PerceptualAccuracy:
    r"""Tell whether partners guess each other's answers, and what their guesses follow.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`, with an element of own answers and one of guesses on the same scale.
    truth : str
        The element that partners answered for themselves.
    guess : str
        The element in which each guessed the other's answer.
    cluster : str, optional
        Column of what pairs share; by default the mentor.
    roles : tuple of str
        The columns with the partners' scores.
    wave : int, optional
        Analyze one wave.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    PerceptualAccuracy
        A perceiver role without guesses is left out with a remark.

    Raises
    ------
    OptionError
        For unknown elements, columns and arguments.
    EstimationError
        If neither role's guesses can be set against the partner's answers.

    Notes
    -----
    Truth and bias model: with the partner's answer T, the perceiver's own answer O and the guess G,
    all minus the mean of T: :math:`G=b+t\,T+s\,O+e`. The intercept b is the directional bias for a
    perceiver and partner at the mean, t the pull of the truth, s assumed similarity. A guess can
    correlate with the truth only because partners are similar and guess from themselves: that
    shows as s without t. Errors are CR2 by mentor (by pair where no mentor is shared). Values of t
    and s are pulled toward zero by unreliable answers.

    References
    ----------
    west2011, pustejovsky2018

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mentorlab.elements import perceptual_accuracy
    >>> rng = np.random.default_rng(5)
    >>> own = rng.normal(3, 1, size=(60, 2))
    >>> guess = 0.6 * own[:, ::-1] + 1.2 + rng.normal(0, 0.3, size=(60, 2))
    >>> ids = {"relationship_id": range(60), "mentor_id": range(60), "mentee_id": range(60)}
    >>> pairs = pd.concat([
    ...     pd.DataFrame({**ids, "wave": 1, "element": name, "mentor": v[:, 0], "mentee": v[:, 1]})
    ...     for name, v in (("trust", own), ("trust_guess", guess))])
    >>> result = perceptual_accuracy(pairs, truth="trust", guess="trust_guess")
    >>> result.to_frame()["part"].tolist()[:2]
    ['directional bias', 'truth force']
    """
    check_level(level, who=WHO)
    if truth == guess:
        raise OptionError(f"{WHO}: `truth` and `guess` are the same element, {quote(truth)}.")
    elements_of(pairs, [truth, guess], WHO)
    wide = widen(pairs, [truth, guess], who=WHO, roles=roles)
    tables, correlations, remarks, reasons = [], [], [], []
    for role, other in (roles, roles[::-1]):
        variables = {
            f"the partner's {truth}": (f"{truth}, {role}", f"{truth}, {other}"),
            guess: (f"{guess}, {role}", f"{guess}, {role}"),
        }
        try:
            dyads = read_dyads(wide, variables, who=WHO, cluster=cluster, wave=wave)
            table, row = _decompose(dyads, role, level)
        except EstimationError as error:
            said = str(error).removeprefix(f"{WHO}: ").rstrip(".")
            reasons.append(f"guesses by the {role} left out: {said}")
            continue
        tables.append(table)
        correlations.append(row)
        remarks += [f"{role}: {note}" for note in dyads.notes()]
    if not tables:
        raise EstimationError(f"{WHO}: {'; '.join(reasons)}")
    return PerceptualAccuracy(
        table=pd.concat(tables, ignore_index=True),
        correlations=pd.DataFrame(correlations),
        guess=guess,
        truth=truth,
        remarks=(*remarks, *reasons),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "truth": truth,
                "guess": guess,
                "cluster": cluster,
                "wave": wave,
                "level": level,
            },
        ),
    )


def _decompose(dyads: Dyads, role: str, level: float) -> tuple[pd.DataFrame, dict[str, object]]:
    from scipy.stats import t

    truths, guesses = dyads.values.values()
    own, partner, guess = truths[:, 0], truths[:, 1], guesses[:, 0]
    if dyads.n < 5:
        raise EstimationError(f"needs five guesses; got {count(dyads.n, 'guess', 'guesses')}.")
    for name, values in (
        ("guesses", guess),
        ("partners' answers", partner),
        ("perceivers' own answers", own),
    ):
        if np.ptp(values) == 0:
            raise EstimationError(f"the {name} do not vary: all are {values[0]:g}.")
    center = partner.mean()
    design = np.column_stack([np.ones(dyads.n), partner - center, own - center])
    clusters = pair_clusters(dyads)
    fit = cluster_robust(design, guess - center, clusters)
    half = t.ppf((1 + level) / 2, fit.df) * fit.std_error
    table = pd.DataFrame(
        {
            "perceiver": role,
            "part": list(_MEANINGS),
            "estimate": fit.estimate,
            "std_error": fit.std_error,
            "df": fit.df,
            "conf_low": fit.estimate - half,
            "conf_high": fit.estimate + half,
            "p_value": 2 * t.sf(np.abs(fit.estimate / fit.std_error), fit.df),
            "n": dyads.n,
            "meaning": list(_MEANINGS.values()),
        }
    )
    correlations = np.corrcoef([guess, partner, own])
    return table, {
        "perceiver": role,
        "accuracy": correlations[0, 1],
        "similarity": correlations[1, 2],
        "projection": correlations[0, 2],
        "n": dyads.n,
    }
