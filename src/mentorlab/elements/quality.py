"""Signs that a form was not answered with care; they are reported, and nothing is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ..checks import conform
from ..codebook import Codebook
from ..coding import code_rows
from ..errors import OptionError, count, quote
from ..provenance import Provenance
from ..result import Result, describe_size
from ..schemas import Table
from ..tables import RESPONSES
from .answers import KeyedAnswers, key_answers

WHO = "response_quality"
FORM_KEYS = ("relationship_id", "rater_id", "target_id", "role", "wave", "form")
_FORMS = Table(
    "responses",
    RESPONSES.row,
    tuple(RESPONSES.column(name) for name in ("form", "missing", "answered_at")),
)
_ASKED = ("not_shown", "not_applicable")  # no answer was owed


@dataclass(frozen=True)
class QualityCuts:
    """From where on a measure raises its flag.

    Parameters
    ----------
    run_share : float
        Longest run of equal answers as a share of the answers given; half is a common, cautious
        convention.
    min_answered : int
        Fewer answers than this are not judged for runs or sameness; our choice.
    inconsistent_pairs : float
        Share of pairs of a straight and a reversed item of one element that contradict each other;
        random answers in five categories reach .32, and .3 is our choice.
    min_pairs : int
        Fewer pairs are not judged; our choice.
    seconds_per_item : float
        Median time for an item; below two seconds hardly anyone can have read it.
    unanswered : float
        Share of the shown items left unanswered; above one half a score would rest on a minority.

    Raises
    ------
    OptionError
        If a cut lies outside its range.
    """

    run_share: float = 0.5
    min_answered: int = 6
    inconsistent_pairs: float = 0.3
    min_pairs: int = 3
    seconds_per_item: float = 2.0
    unanswered: float = 0.5

    def __post_init__(self) -> None:
        for name in ("run_share", "inconsistent_pairs", "unanswered"):
            if not 0 < getattr(self, name) <= 1:
                got = quote(getattr(self, name))
                raise OptionError(f"QualityCuts: `{name}` is a share above 0; got {got}.")
        for name in ("min_answered", "min_pairs", "seconds_per_item"):
            if not getattr(self, name) > 0:
                got = quote(getattr(self, name))
                raise OptionError(f"QualityCuts: `{name}` lies above 0; got {got}.")


@dataclass(frozen=True, eq=False, repr=False)
class ResponseQuality(Result):
    """How each form was answered, with flags.

    Attributes
    ----------
    forms : pandas.DataFrame
        One row a rater, target, wave and form. Measures: `n_shown`, `n_answered`, `unanswered`
        (share of those shown), `longest_run` (of answers at the same place on the scale),
        `run_share`, `spread` (standard deviation of the answers as a share of the scale),
        `n_pairs`, `inconsistent_pairs`, `seconds_per_item`. Flags, empty where they can't be
        judged: `straight_lining` (all answers the same), `long_run`, `inconsistent`, `too_fast`,
        `many_unanswered`; `n_flags`.
    flags : pandas.DataFrame
        One row a flag: `flag`, `measure`, `cut`, `n_judged`, `n_flagged`, `share`.
    cuts : QualityCuts
        The cuts used.
    has_reversed : bool
        Whether any judged form has reversed items.
    """

    forms: pd.DataFrame
    flags: pd.DataFrame
    cuts: QualityCuts
    has_reversed: bool

    references: ClassVar[tuple[str, ...]] = ("curran2016", "dunn2018", "huang2012", "meade2012")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the forms, one row each."""
        return self.forms.copy()

    def flagged(self) -> pd.DataFrame:
        """Give the forms with a flag, those with most flags first."""
        raised = self.forms[self.forms["n_flags"] > 0]
        return raised.sort_values("n_flags", ascending=False, kind="stable", ignore_index=True)

    def headline(self) -> str:
        """How many forms have how many flags."""
        n_flags = self.forms["n_flags"]
        return (
            f"Response quality: {count(len(self.forms), 'form')}, {int((n_flags > 0).sum()):,} "
            f"with a flag, {int((n_flags > 1).sum()):,} with two or more; nothing was dropped"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read a flag, and what could not be judged."""
        said = [
            "a flag is a reason to look, not a proof of carelessness: a happy pair may well give "
            "the same answer throughout; report results with and without flagged forms",
            "runs follow the order of answering where `answered_at` tells it, else the order of "
            "rows",
        ]
        if not self.has_reversed:
            said.append("no reversed items: equal answers may be sincere, contradictions unseen")
        unjudged = self.flags.loc[self.flags["n_judged"] == 0, "flag"]
        said += [f"{name} could not be judged: {_WHY_NOT[name]}" for name in unjudged]
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        return self.flags.copy()


_WHY_NOT = {
    "straight_lining": "too few answers",
    "long_run": "too few answers",
    "inconsistent": "too few pairs of a straight and a reversed item",
    "too_fast": "no time of answering for single items",
    "many_unanswered": "no items shown",
}


def response_quality(
    responses: pd.DataFrame, *, codebook: Codebook, cuts: QualityCuts | None = None
) -> ResponseQuality:
    """Tell which forms may not have been answered with care.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table; `answered_at` for each item allows judging speed.
    codebook : Codebook
        What the items mean; only items with an element are judged.
    cuts : QualityCuts, optional
        Other cuts.

    Returns
    -------
    ResponseQuality
        Measures and flags of each form; nothing is dropped or changed.

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    OptionError
        If `cuts` is of another type.

    Notes
    -----
    Answers are compared by their place on the scale, :math:`(x - low)/(high - low)`. A straight
    and a reversed item of one element contradict each other when their keyed answers lie on
    opposite sides of the middle and half the scale or more apart. Time for an item is the time
    since the answer before it, shared out among items with the same time stamp; the median is
    robust to pauses. Cuts are conventions, and short forms give little to judge by. Do not drop
    forms for one flag, and decide before looking at results.

    References
    ----------
    curran2016, dunn2018, huang2012, meade2012

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.quality import response_quality
    >>> program = ml.datasets.load_example_program()
    >>> quality = response_quality(program.responses, codebook=ml.item_bank())
    >>> forms = quality.to_frame()
    >>> len(forms) > 400, bool((forms["n_flags"] > 0).mean() < 0.5)
    (True, True)
    """
    if cuts is not None and not isinstance(cuts, QualityCuts):
        raise OptionError(f"{WHO}: `cuts` must be QualityCuts(...); got {quote(cuts)}.")
    cuts = QualityCuts() if cuts is None else cuts
    answers = key_answers(responses, codebook, who=WHO)
    rows = _sorted_answers(conform(responses, _FORMS, who=WHO), answers)
    keys = rows.drop_duplicates("group")[list(FORM_KEYS)].reset_index(drop=True)
    forms = keys.assign(**_shown(rows), **_sameness(rows), **_pairs(rows), **_speed(rows))
    raised = _judge(forms, cuts)
    forms = forms.assign(**raised, n_flags=sum(flag.fillna(False) for flag in raised.values()))
    return ResponseQuality(
        forms=forms,
        flags=_count_flags(forms, cuts),
        cuts=cuts,
        has_reversed=bool((forms["n_pairs"] > 0).any()),
        provenance=Provenance(
            WHO, {"responses": describe_size(responses), "codebook": codebook.title}
        ),
    )


def _sorted_answers(responses: pd.DataFrame, answers: KeyedAnswers) -> pd.DataFrame:
    """Give one row an answer, forms together and in order of answering."""
    items = answers.items.iloc[answers.key].reset_index(drop=True)
    given = responses.iloc[answers.rows].reset_index(drop=True)
    rows = answers.occasions.iloc[answers.occasion].reset_index(drop=True)
    span = (items["high"] - items["low"]).to_numpy(dtype=float)
    keyed = (answers.value - items["low"].to_numpy(dtype=float)) / span
    reverse = items["reverse"].to_numpy(dtype=bool)
    rows = rows.assign(
        form=given["form"].fillna("scale") if "form" in given else "scale",
        element=items["element"],
        reverse=reverse,
        keyed=keyed,
        place=np.where(reverse, 1 - keyed, keyed).round(9),
        owed=~given["missing"].isin(_ASKED) if "missing" in given else True,
        stamp=given.get("answered_at", pd.NaT),
    )
    rows["group"] = pd.factorize(code_rows(rows, FORM_KEYS))[0]
    return rows.sort_values(["group", "stamp"], kind="stable", ignore_index=True)


def _n_groups(rows: pd.DataFrame) -> int:
    return int(rows["group"].max()) + 1 if len(rows) else 0


def _shown(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    group, n = rows["group"].to_numpy(), _n_groups(rows)
    answered = rows["keyed"].notna().to_numpy()
    n_answered = np.bincount(group[answered], minlength=n)
    n_shown = np.bincount(group[answered | rows["owed"].to_numpy(dtype=bool)], minlength=n)
    share = np.divide(n_shown - n_answered, n_shown, out=np.full(n, np.nan), where=n_shown > 0)
    return {"n_shown": n_shown, "n_answered": n_answered, "unanswered": share}


def _sameness(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    n = _n_groups(rows)
    given = rows[rows["keyed"].notna()]
    group, place = given["group"].to_numpy(), given["place"].to_numpy()
    longest = np.zeros(n, dtype=np.int64)
    if len(given):
        breaks = np.flatnonzero((np.diff(group) != 0) | (np.diff(place) != 0)) + 1
        starts = np.concatenate([[0], breaks])
        lengths = np.diff(np.concatenate([starts, [len(given)]]))
        np.maximum.at(longest, group[starts], lengths)
    n_given = np.bincount(group, minlength=n)
    mean = np.bincount(group, weights=place, minlength=n) / np.maximum(n_given, 1)
    square = np.bincount(group, weights=(place - mean[group]) ** 2, minlength=n)
    spread = np.full(n, np.nan)
    np.divide(square, n_given - 1, out=spread, where=n_given > 1)
    run_share = np.divide(longest, n_given, out=np.full(n, np.nan), where=n_given > 0)
    return {"longest_run": longest, "run_share": run_share, "spread": np.sqrt(spread)}


def _pairs(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    n = _n_groups(rows)
    given = rows.loc[rows["keyed"].notna(), ["group", "element", "reverse", "keyed"]]
    straight, turned = given[~given["reverse"]], given[given["reverse"]]
    both = straight.merge(turned, on=["group", "element"], suffixes=("", "_turned"))
    group = both["group"].to_numpy()
    one, other = both["keyed"].to_numpy() - 0.5, both["keyed_turned"].to_numpy() - 0.5
    against = (one * other < -1e-12) & (np.abs(one - other) >= 0.5 - 1e-9)
    n_pairs = np.bincount(group, minlength=n)
    n_against = np.bincount(group[against], minlength=n)
    share = np.divide(n_against, n_pairs, out=np.full(n, np.nan), where=n_pairs > 0)
    return {"n_pairs": n_pairs, "inconsistent_pairs": share}


def _speed(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    n = _n_groups(rows)
    seconds = np.full(n, np.nan)
    timed = rows[rows["keyed"].notna() & rows["stamp"].notna()]
    steps = timed.groupby(["group", "stamp"]).size().rename("items").reset_index()
    waited = steps.groupby("group")["stamp"].diff().dt.total_seconds()
    steps = steps.assign(each=waited / steps["items"]).dropna(subset="each")
    spread = steps.loc[steps.index.repeat(steps["items"])]
    median = spread.groupby("group")["each"].median()
    seconds[median.index.to_numpy(dtype=np.int64)] = median.to_numpy()
    return {"seconds_per_item": seconds}


def _judge(forms: pd.DataFrame, cuts: QualityCuts) -> dict[str, pd.Series]:
    enough = forms["n_answered"] >= cuts.min_answered
    paired = forms["n_pairs"] >= cuts.min_pairs
    same = forms["longest_run"] == forms["n_answered"]
    return {
        "straight_lining": _flag(same, enough),
        "long_run": _flag(forms["run_share"] >= cuts.run_share, enough),
        "inconsistent": _flag(forms["inconsistent_pairs"] >= cuts.inconsistent_pairs, paired),
        "too_fast": _flag(
            forms["seconds_per_item"] < cuts.seconds_per_item, forms["seconds_per_item"].notna()
        ),
        "many_unanswered": _flag(forms["unanswered"] > cuts.unanswered, forms["n_shown"] > 0),
    }


def _flag(raised: pd.Series, judged: pd.Series) -> pd.Series:
    return raised.astype("boolean").mask(~judged)


def _count_flags(forms: pd.DataFrame, cuts: QualityCuts) -> pd.DataFrame:
    least = f"{cuts.min_answered} answers or more"
    described = {
        "straight_lining": ("longest_run", f"all answers the same, {least}"),
        "long_run": ("run_share", f">= {cuts.run_share:g}, {least}"),
        "inconsistent": (
            "inconsistent_pairs",
            f">= {cuts.inconsistent_pairs:g}, {cuts.min_pairs} pairs or more",
        ),
        "too_fast": ("seconds_per_item", f"< {cuts.seconds_per_item:g}"),
        "many_unanswered": ("unanswered", f"> {cuts.unanswered:g}"),
    }
    rows = []
    for flag, (measure, cut) in described.items():
        judged = int(forms[flag].notna().sum())
        raised = int(forms[flag].fillna(False).sum())
        share = raised / judged if judged else np.nan
        rows.append((flag, measure, cut, judged, raised, share))
    return pd.DataFrame(rows, columns=["flag", "measure", "cut", "n_judged", "n_flagged", "share"])
