"""How many things a set of items measures, and which elements can be told apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import EstimationError, OptionError, quote
from ...options import FactorMethod, FactorRotation, ItemCorrelation, check_level, check_option
from ...provenance import Provenance
from ...result import describe_size
from ...rng import child_rng
from ...stats.factors.dimensionality import (
    bartlett_sphericity,
    eigenvalues,
    is_positive_definite,
    kaiser_meyer_olkin,
    parallel_analysis,
    permuted_eigenvalues,
    smooth_correlation,
    velicer_map,
)
from ...stats.factors.extraction import Extraction, degrees_of_freedom, extract_factors
from ...stats.factors.fit import factor_fit
from ...stats.factors.polychoric import polychoric_correlations
from ...stats.factors.rotation import Rotation, rotate
from ...stats.factors.schmid_leiman import schmid_leiman
from ...stats.reliability.guttman import correlation_of
from ..answers import key_answers
from .complete_items import CompleteItems, complete_items
from .element_correlations import correlate_elements
from .structure_result import FactorStructure

_GROUP_FACTORS = 3
_MOVED = 0.05


def factor_structure(
    responses: pd.DataFrame,
    *,
    codebook: Codebook,
    seed: int,
    n_factors: int | None = None,
    method: FactorMethod = "minres",
    rotation: FactorRotation = "oblimin",
    correlation: ItemCorrelation = "pearson",
    level: float = 0.95,
    n_draws: int = 500,
) -> FactorStructure:
    """Tell how many things the items measure, and which elements can't be told apart.

    Relationship elements usually correlate at .5 to .9: then separate scores say little beside a
    total, and the summary says so pair by pair and gives the share of the general factor.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table, best of one role and wave
        (``responses.query("role == 'mentee' and wave == 1")``).
    codebook : Codebook
        What the items mean; ``codebook.select([...])`` leaves elements out.
    seed : int
        Of the shuffles of the parallel analysis and of the bootstrap.
    n_factors : int, optional
        How many to extract; as many as the parallel analysis suggests (at least 1) when left out.
    method : {"minres", "ml", "pa"}
        Minimum residuals, maximum likelihood, principal axes.
    rotation : {"oblimin", "varimax", "promax", "none"}
        Oblimin and promax let factors correlate.
    correlation : {"pearson", "spearman", "polychoric"}
        Between items; ``polychoric`` treats answers as ordered categories.
    level : float
        Confidence level, and the quantile that the parallel analysis takes as chance.
    n_draws : int
        Shuffles, and bootstrap samples of persons; 100 or more.

    Returns
    -------
    FactorStructure
        Items that do not vary are left out, a matrix that is not positive definite is smoothed,
        and Heywood cases and missing convergence are named, all in `doubts`.

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    OptionError
        If an option is unknown or `n_factors` is impossible.
    EstimationError
        With fewer complete answers than items, or fewer than 3 items.

    Notes
    -----
    Parallel analysis compares eigenvalues with those of shuffled answers; Velicer's MAP and the
    count of eigenvalues above 1 (Kaiser, which finds too many) stand beside it. The general factor
    is Schmid and Leiman's with as many group factors as the parallel analysis suggests, at least
    3. For corrected correlations see ``correlate_elements``. The factors of one sample are a
    description: test a structure on another one.

    References
    ----------
    horn1965, velicer1976, kaiser1974, harman1966, bernaards2005, zinbarg2005, ronkko2022

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.measurement.structure import factor_structure
    >>> program = ml.datasets.load_example_program()
    >>> book = ml.item_bank().select(["trust", "commitment", "respect"])
    >>> answers = program.responses.query("role == 'mentee' and wave == 1")
    >>> answers = answers[answers["item"].isin(book.items["item"])]
    >>> result = factor_structure(answers, codebook=book, seed=1, n_draws=100)
    >>> result.suggestions["rule"].tolist()
    ['parallel analysis', 'map', 'kaiser']
    """
    asked = {
        "n_factors": n_factors,
        "method": method,
        "rotation": rotation,
        "correlation": correlation,
        "level": level,
        "n_draws": n_draws,
        "seed": seed,
    }
    _check_options(method, rotation, correlation, level, n_draws)
    answers = key_answers(responses, codebook, who="factor_structure")
    return _analyze(
        complete_items(answers),
        asked,
        Provenance("factor_structure", {"responses": describe_size(responses), **asked}),
    )


def _analyze(items: CompleteItems, asked: dict, provenance: Provenance) -> FactorStructure:
    level, n_draws, seed = float(asked["level"]), asked["n_draws"], asked["seed"]
    correlate = _correlator(asked["correlation"])
    matrix, repaired = _usable(correlate(items.values))
    scree, suggestions = _count_factors(items.values, matrix, correlate, seed, n_draws, level)
    suggested = int(suggestions["n_factors"].iloc[0])
    m = _check_n_factors(asked["n_factors"], suggested, len(items.names))
    extraction = extract_factors(matrix, m, method=asked["method"])
    rotated = rotate(extraction.loadings, method=asked["rotation"])
    adequacy = kaiser_meyer_olkin(matrix)
    general, general_doubts = _general_factor(matrix, suggested)
    between = correlate_elements(
        items.values,
        items.elements,
        person=items.person,
        level=level,
        n_draws=n_draws,
        rng=child_rng(seed, "factor_structure", "elements"),
    )
    doubts = [
        *items.doubts,
        *repaired,
        *_factor_doubts(extraction, rotated, items.names),
        *general_doubts,
    ]
    return FactorStructure(
        eigenvalues=scree,
        suggestions=suggestions,
        loadings=_loadings(items, extraction, rotated, adequacy.items),
        factor_correlations=_factor_correlations(rotated),
        element_correlations=between,
        general_factor=general,
        fit=factor_fit(matrix, extraction, len(items.values)),
        adequacy=adequacy.overall,
        sphericity_p=bartlett_sphericity(matrix, len(items.values)).p_value,
        n=len(items.values),
        n_dropped=items.n_dropped,
        n_factors=m,
        method=asked["method"],
        rotation=asked["rotation"],
        correlation=asked["correlation"],
        is_smoothed=bool(repaired),
        level=level,
        doubts=tuple(doubts),
        provenance=provenance,
    )


def _labels(rotated: Rotation) -> list[str]:
    return [f"factor_{i + 1}" for i in range(rotated.loadings.shape[1])]


def _loadings(
    items: CompleteItems, extraction: Extraction, rotated: Rotation, adequacy: np.ndarray
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": items.names,
            "element": items.elements,
            **dict(zip(_labels(rotated), rotated.loadings.T, strict=True)),
            "communality": extraction.communalities,
            "uniqueness": extraction.uniquenesses,
            "adequacy": adequacy,
        }
    )


def _factor_correlations(rotated: Rotation) -> pd.DataFrame:
    labels = _labels(rotated)
    frame = pd.DataFrame(rotated.factor_correlations, columns=labels)
    frame.insert(0, "factor", labels)
    return frame


def _check_options(
    method: str, rotation: str, correlation: str, level: float, n_draws: int
) -> None:
    who = "factor_structure"
    check_option(method, FactorMethod, who=who, name="method")
    check_option(rotation, FactorRotation, who=who, name="rotation")
    check_option(correlation, ItemCorrelation, who=who, name="correlation")
    check_level(level, who=who)
    if isinstance(n_draws, bool) or not isinstance(n_draws, (int, np.integer)) or n_draws < 100:
        raise OptionError(
            f"{who}: `n_draws` is a whole number of 100 or more; got {quote(n_draws)}."
        )


def _check_n_factors(n_factors: int | None, suggested: int, k: int) -> int:
    if n_factors is None:
        return max(1, min(suggested, k - 1))
    whole = isinstance(n_factors, (int, np.integer)) and not isinstance(n_factors, bool)
    if not whole or not 1 <= n_factors < k:
        raise OptionError(
            f"factor_structure: `n_factors` must be 1 to {k - 1}, fewer than the {k} items; "
            f"got {quote(n_factors)}."
        )
    return int(n_factors)


def _correlator(kind: str) -> Callable[[np.ndarray], np.ndarray]:
    if kind == "polychoric":
        return lambda values: polychoric_correlations(values).correlations
    if kind == "spearman":
        from scipy.stats import rankdata

        return lambda values: correlation_of(np.cov(rankdata(values, axis=0), rowvar=False))
    return lambda values: correlation_of(np.cov(values, rowvar=False))


def _usable(matrix: np.ndarray) -> tuple[np.ndarray, list[str]]:
    if is_positive_definite(matrix):
        return matrix, []
    smoothed = smooth_correlation(matrix)
    moved = float(np.abs(smoothed - matrix).max())
    said = f"the correlations were not positive definite and were smoothed by up to {moved:.3f}"
    if moved > _MOVED:
        said += ": too much to trust what follows"
    return smoothed, [said]


def _count_factors(
    values: np.ndarray,
    matrix: np.ndarray,
    correlate: Callable[[np.ndarray], np.ndarray],
    seed: int,
    n_draws: int,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    observed = eigenvalues(matrix)
    shuffled = permuted_eigenvalues(
        values,
        n_draws=n_draws,
        rng=child_rng(seed, "factor_structure", "shuffles"),
        correlate=correlate,
    )
    parallel, limits = parallel_analysis(observed, shuffled, level=level)
    left = velicer_map(matrix)
    scree = pd.DataFrame(
        {
            "component": np.arange(1, len(observed) + 1),
            "eigenvalue": observed,
            "chance_limit": limits,
            "map": np.append(left[1:], [np.nan, np.nan]),
        }
    )
    rules = {
        "parallel analysis": parallel,
        "map": int(np.nanargmin(left)),
        "kaiser": int((observed > 1).sum()),
    }
    return scree, pd.DataFrame({"rule": list(rules), "n_factors": list(rules.values())})


def _factor_doubts(extraction: Extraction, rotated: Rotation, names: np.ndarray) -> list[str]:
    doubts, m = [], rotated.loadings.shape[1]
    if not extraction.converged:
        doubts.append("the factors did not converge: do not interpret the loadings")
    if not rotated.converged:
        doubts.append("the rotation did not converge: loadings may turn further")
    if extraction.at_bound.any():
        held = ", ".join(map(str, names[extraction.at_bound]))
        doubts.append(
            f"Heywood case: nothing is left of {held} beside the factors; extract fewer, or look "
            "for items that repeat each other"
        )
    df = degrees_of_freedom(len(names), m)
    if df < 0:
        doubts.append(f"{m} factors of {len(names)} items are not identified ({df} df)")
    return doubts


def _general_factor(matrix: np.ndarray, suggested: int) -> tuple[pd.DataFrame, list[str]]:
    columns = ["common_share", "omega_hierarchical", "omega_total", "n_group_factors"]
    m = max(_GROUP_FACTORS, suggested)
    try:
        split = schmid_leiman(matrix, m)
    except EstimationError as error:
        return pd.DataFrame(columns=columns), [f"no general factor: {str(error).rstrip('.')}"]
    if not split.converged:
        return pd.DataFrame(columns=columns), ["no general factor: its factors did not converge"]
    row = (split.common_share, split.omega_hierarchical, split.omega_total, m)
    doubts = []
    if split.heywood:
        doubts.append("Heywood case in the general factor's solution: its shares are rough")
    if split.degrees_of_freedom < 0:
        doubts.append("the general factor's solution is not identified: its shares are rough")
    return pd.DataFrame([row], columns=columns), doubts
