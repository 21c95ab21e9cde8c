"""The words that functions accept, each set named once, and the one check of them."""

from __future__ import annotations

from numbers import Real
from typing import Any, Literal, get_args

from .errors import OptionError, did_you_mean, listing, quote

Role = Literal["mentor", "mentee", "facilitator", "sponsor", "peer"]
PartnerRole = Literal["mentor", "mentee"]
TableFormat = Literal["csv", "parquet"]
Layout = Literal["auto", "long", "wide"]
Estimator = Literal["ols", "ancova"]
Estimand = Literal["ate"]
PracticeMeasure = Literal["share", "rate", "mean"]
DependsOn = Literal["mentor", "mentee", "both", "program"]
StageVocabulary = Literal["kram", "zachary", "harvard_catalyst", "ncssm"]
TableStyle = Literal["html", "latex", "markdown", "docx"]
Identifiers = Literal["refuse", "drop", "pseudonymize"]
DateOrder = Literal["auto", "ymd", "mdy", "dmy"]
Blanks = Literal["auto", "not_shown", "unanswered"]
Unreadable = Literal["error", "drop"]
Partial = Literal["keep", "drop"]
ItemMissing = Literal["person_mean", "none", "listwise"]
ScoreKind = Literal["mean", "sum"]
ReliabilityCoefficient = Literal[
    "alpha",
    "alpha_standardized",
    "alpha_ordinal",
    "omega",
    "omega_observed",
    "omega_hierarchical",
    "omega_total",
    "lambda2",
    "lambda4",
    "lambda6",
    "split_half_mean",
    "split_half_min",
    "retest",
]
ReliabilityInterval = Literal["feldt", "bonett", "robust", "bootstrap"]
FactorMethod = Literal["minres", "ml", "pa"]
FactorRotation = Literal["oblimin", "varimax", "promax", "none"]
ItemCorrelation = Literal["pearson", "spearman", "polychoric"]
FactorEstimator = Literal["ml", "fiml"]
ClosureModelKind = Literal["discrete", "cox", "fine_gray"]
EndingKind = Literal["problematic", "friendly", "external", "any"]
CurveInterval = Literal["log-log", "log", "plain"]
CoxTies = Literal["efron", "breslow"]
CensoringOrder = Literal["events_first", "together"]
HazardLink = Literal["cloglog", "logit"]
DetectionScore = Literal["auto", "hazard", "signals"]
ChartKind = Literal["poisson_cusum", "cusum", "ewma"]
AgreementMeasure = Literal[
    "icc",
    "icc_groups",
    "rwg",
    "rwg_j",
    "awg",
    "ad",
    "ccc",
    "weighted_kappa",
    "krippendorff",
    "profile_similarity",
    "bland_altman",
]
ElementPanel = Literal["partners", "reliability", "items"]
GrowthKind = Literal["linear", "binary", "ordinal"]
Approval = Literal["two_sided", "one_sided"]
ServedSide = Literal["mentee", "mentor", "both", "none"]
TermSide = Literal["both", "mentee", "mentor"]
MissingRule = Literal["known", "zero", "error"]
PeerMethod = Literal["stable", "best_total"]
LeftOver = Literal["leave", "three", "refuse"]
OneSided = Literal["refuse", "drop"]
Stability = Literal["weak", "strong", "super"]
MatchingForm = Literal["scored", "staff", "choice"]
LaterRounds = Literal["best_available", "policy", "none"]
Enrollment = Literal["voluntary", "mandatory"]
CommonDraws = Literal["mentee", "pair"]
DrawKind = Literal["splitmix", "philox"]
RematchMethod = Literal["keep", "vacancy_chain", "best"]


def check_option(value: Any, allowed: Any, *, who: str, name: str) -> Any:
    """Return `value` if the ``Literal`` alias allows it, else say what would do.

    Parameters
    ----------
    value : object
        What the user passed.
    allowed : Literal alias
        One of the aliases of this module.
    who, name : str
        The function and its argument, for the message.

    Raises
    ------
    OptionError
        If `value` is not in the alias.

    Examples
    --------
    >>> check_option("wide", Layout, who="read_responses", name="layout")
    'wide'
    >>> check_option("Wide", Layout, who="read_responses", name="layout")
    Traceback (most recent call last):
    mentorlab.errors.OptionError: read_responses: `layout` must be 'auto', 'long' or 'wide'; \
got 'Wide'. Did you mean 'wide'?
    """
    known = get_args(allowed)
    if isinstance(value, str) and value in known:
        return value
    near = did_you_mean(value, known)
    raise OptionError(
        f"{who}: `{name}` must be {listing(known, limit=len(known))}; got {quote(value)}."
        + (f" {near}" if near else "")
    )


def check_level(level: Any, *, who: str) -> float:
    """Give the confidence level.

    Raises
    ------
    OptionError
        If it does not lie between 0 and 1.

    Examples
    --------
    >>> check_level(0.9, who="reliability")
    0.9
    """
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < level < 1:
        raise OptionError(f"{who}: `level` lies between 0 and 1; got {quote(level)}.")
    return float(level)
