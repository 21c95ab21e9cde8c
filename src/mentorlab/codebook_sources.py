"""A codebook guessed from the answers alone, with every guess written down to be checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from . import html
from .checks import conform
from .codebook import BOTH, Codebook
from .coding import code_rows
from .errors import Fault, SchemaError, count, quote
from .schemas import Table
from .tables import RESPONSES

WHO = "Codebook.guess"
WEAK = 0.2  # item-rest correlations nearer to zero than this say little about direction
FEW = 30  # with fewer answers the ends of a scale may just not have been used
_LONGEST_SCALE = 10  # above it answers are taken for a slider up to 100
_NAME = re.compile(r"(?P<stem>.*?)[\s_.\-]*(?P<number>\d+)[\s_.\-]*(?P<mark>r|rev|reversed)?", re.I)
_SAY_NOTHING = frozenset(("", "a", "i", "item", "items", "q", "qid", "question", "v", "var", "x"))
_OCCASION = ("relationship_id", "rater_id", "target_id", "role", "wave", "form")
_GUESSES = ["item", "role", "about", "guess", "because", "doubt"]
_NEEDED = Table(
    "responses",
    RESPONSES.row,
    tuple(RESPONSES.column(name) for name in (*_OCCASION, "item", "value")),
)


@dataclass(frozen=True, eq=False, repr=False)
class GuessedCodebook(Codebook):
    """A codebook that was guessed; it works as any other and shows what it rests on.

    Attributes
    ----------
    guesses : pandas.DataFrame
        One row a guess: `item`, `role`, `about` (``role``, ``element``, ``low``, ``high``,
        ``reverse``), `guess`, `because`, `doubt` (empty when there is no special reason for it).
    """

    guesses: pd.DataFrame = field(kw_only=True)

    def _headline(self) -> str:
        scored = self.items.dropna(subset="element")
        return (
            f"{self.title}: {count(scored['item'].nunique(), 'item')} for "
            f"{count(len(self.elements), 'element')}; {len(self.guesses):,} guesses, none of them "
            "checked"
        )

    def _contents(self) -> pd.DataFrame:
        scored = self.items.dropna(subset="element")
        turned = scored[scored["reverse"]].drop_duplicates("item").groupby("element")["item"]
        shown = super()._contents().drop(columns="reversed")
        return shown.assign(
            low=shown["low"].map("{:g}".format),
            high=shown["high"].map("{:g}".format),
            taken_as_reversed=shown["element"].map(turned.agg(", ".join)).fillna("none"),
        )

    def _doubts(self) -> list[str]:
        doubtful = self.guesses[self.guesses["doubt"] != ""]
        said = doubtful.groupby(["about", "doubt"], sort=False)["item"].unique()
        return [f"{about} of {_some(items)}: {doubt}" for (about, doubt), items in said.items()]

    def _advice(self) -> str:
        return (
            "Check each line of `.guesses` against the questionnaire; then make the codebook with "
            "Codebook(frame) from your corrected `.items`."
        )

    def __repr__(self) -> str:
        doubts = "".join(f"\n- {doubt}" for doubt in self._doubts())
        return f"{super().__repr__()}{doubts}\n{self._advice()}"

    def _repr_html_(self) -> str:
        return html.view(
            html.heading(self._headline()),
            html.table(self._contents(), max_rows=30),
            html.bullets(self._doubts()),
            html.paragraph(self._advice()),
        )


def guess_codebook(responses: pd.DataFrame) -> GuessedCodebook:
    """Guess what the items mean from their names and answers; the body of ``Codebook.guess``."""
    frame = conform(responses, _NEEDED, who=WHO)
    if frame["value"].isna().all():
        fault = Fault("value", "hold answers to guess from", f"{len(frame):,} rows without one")
        raise SchemaError(f"{WHO}: nothing to guess from", [fault])
    names = pd.DataFrame(
        [_read_name(item) for item in frame["item"].unique()],
        columns=["item", "element", "marked", "doubt"],
    )
    answers = frame.merge(names[["item", "element"]], on="item")
    found = [
        row
        for element, part in answers.groupby("element", sort=False)
        for row in _guess_element(part, names[names["element"] == element], frame["value"])
    ]
    guesses = [row for rows, _ in found for row in rows]
    items = pd.DataFrame([item for _, item in found])
    return GuessedCodebook(
        items=_join_roles(items),
        title="codebook guessed from answers",
        guesses=pd.DataFrame(guesses, columns=_GUESSES),
    )


def _read_name(item: str) -> tuple[str, str, bool, str]:
    """Split an item's name into stem, number and a mark that it is reversed."""
    match = _NAME.fullmatch(item)
    if not match:
        return item, item, False, ""
    stem = match["stem"] or item
    doubt = ""
    if stem.lower() in _SAY_NOTHING or stem == item:
        doubt = f"the name stem {quote(stem)} does not say what is measured"
    return item, stem, bool(match["mark"]), doubt


def _guess_element(
    part: pd.DataFrame, names: pd.DataFrame, everything: pd.Series
) -> Iterator[tuple[list[tuple[str, ...]], dict[str, object]]]:
    """Give for each item and role of an element its guesses and its codebook row."""
    low, high, because, doubt = _guess_range(part["value"].dropna(), everything.dropna())
    n_items = len(names)
    directions = {
        role: _directions(answers, names["item"].tolist())
        for role, answers in part.groupby("role", sort=False)
    }
    for name in names.itertuples(index=False):
        stem_doubt = name.doubt or ("the only item of its element" if n_items == 1 else "")
        for role, direction in directions.items():
            if name.item not in direction:
                continue
            turned, why, unsure = direction[name.item]
            if name.marked != turned:
                unsure = unsure or (
                    "its name says reversed, but its answers go with the rest: stored already "
                    "reversed?"
                    if name.marked
                    else ""
                )
            where = (name.item, role)
            yield (
                [
                    (*where, "role", role, f"answered by a {role}", ""),
                    (*where, "element", name.element, "the stem of its name", stem_doubt),
                    (*where, "low", f"{low:g}", because, doubt),
                    (*where, "high", f"{high:g}", because, doubt),
                    (*where, "reverse", "yes" if turned else "no", why, unsure),
                ],
                {
                    "item": name.item,
                    "element": name.element,
                    "role": role,
                    "reverse": turned,
                    "low": low,
                    "high": high,
                },
            )


def _guess_range(values: pd.Series, everything: pd.Series) -> tuple[float, float, str, str]:
    """Guess the answer scale that the items of an element share."""
    given = values if len(values) else everything
    seen_low, seen_high = float(given.min()), float(given.max())
    because = f"answers from {seen_low:g} to {seen_high:g} among {count(len(values), 'answer')}"
    low = min(np.floor(seen_low), 0.0 if seen_low < 1 else 1.0)
    high = float(np.ceil(seen_high))
    doubts = []
    if _LONGEST_SCALE < high <= 100:
        low, high = min(low, 0.0), 100.0
        doubts.append("taken for a slider from 0 to 100")
    if not len(values):
        doubts.append("nobody answered: the range of all items is taken")
    elif len(values) < FEW:
        doubts.append(f"only {count(len(values), 'answer')}: the ends may just not have been used")
    if low < seen_low:
        doubts.append(f"nobody answered {low:g}")
    if high <= low:
        high = low + 1
        doubts.append("all answers are equal")
    if (given % 1 != 0).any():
        doubts.append("answers are not whole numbers")
    return low, high, because, "; ".join(doubts)


def _directions(part: pd.DataFrame, items: list[str]) -> dict[str, tuple[bool, str, str]]:
    """Tell for each item on one role's form whether it goes against the rest, and how clearly."""
    present = [item for item in items if item in set(part["item"])]
    matrix = _matrix(part, present)
    signs, tied = _signs(matrix)
    told = {}
    for j, item in enumerate(present):
        others = [i for i in range(len(present)) if i != j]
        if not others:
            told[item] = (False, "there is no other item to compare it with", "")
            continue
        r, n = _item_rest(matrix, j, others, signs)
        if np.isnan(r):
            told[item] = (False, "its answers or the others' do not vary", "direction unknown")
            continue
        doubt = ""
        if tied:
            doubt = "as many items go one way as the other: which are reversed can't be told"
        elif abs(r) < WEAK:
            doubt = f"its correlation with the others is weak ({r:.2f})"
        told[item] = (r < 0, f"item-rest correlation {r:.2f}, n = {n:,}", doubt)
    return told


def _matrix(part: pd.DataFrame, items: list[str]) -> np.ndarray:
    """Spread answers to one row an occasion and one column an item, standardized."""
    rows, occasions = pd.factorize(code_rows(part, [c for c in _OCCASION if c in part]))
    matrix = np.full((len(occasions), len(items)), np.nan)
    matrix[rows, pd.Index(items).get_indexer(part["item"])] = part["value"]
    answered = np.maximum((~np.isnan(matrix)).sum(axis=0), 1)
    mean = np.nansum(matrix, axis=0) / answered
    spread = np.sqrt(np.nansum((matrix - mean) ** 2, axis=0) / answered)
    return (matrix - mean) / np.where(spread > 0, spread, np.nan)


def _signs(matrix: np.ndarray) -> tuple[np.ndarray, bool]:
    """Give each item's direction from the first principal component; most items point up."""
    k = matrix.shape[1]
    correlation = np.eye(k)
    for i in range(k):
        for j in range(i):
            both = ~np.isnan(matrix[:, [i, j]]).any(axis=1)
            if both.sum() > 2:
                correlation[i, j] = correlation[j, i] = (matrix[both, i] * matrix[both, j]).mean()
    vector = np.linalg.eigh(correlation)[1][:, -1]
    signs = np.where(vector * vector[np.argmax(np.abs(vector) > 1e-9)] < -1e-9, -1, 1)
    balance = int(signs.sum())
    return (signs if balance >= 0 else -signs), balance == 0


def _item_rest(
    matrix: np.ndarray, j: int, others: list[int], signs: np.ndarray
) -> tuple[float, int]:
    turned = matrix[:, others] * signs[others]
    given = ~np.isnan(turned)
    rest = np.where(given, turned, 0).sum(axis=1) / np.maximum(given.sum(axis=1), 1)
    both = given.any(axis=1) & ~np.isnan(matrix[:, j])
    x, y = matrix[both, j], rest[both]
    if both.sum() < 3 or not x.std() > 0 or not y.std() > 0:
        return np.nan, int(both.sum())
    return float(np.corrcoef(x, y)[0, 1]), int(both.sum())


def _join_roles(items: pd.DataFrame) -> pd.DataFrame:
    """Make one row of an item that is keyed alike on every role's form."""
    roles = items["role"].nunique()
    alike = items.groupby("item")["reverse"].nunique() == 1
    everywhere = items.groupby("item")["role"].nunique() == roles
    joint = items["item"].map(alike & everywhere) & (roles > 1)
    rows = items.assign(role=items["role"].mask(joint, BOTH))
    return rows.drop_duplicates(["item", "role"]).reset_index(drop=True)


def _some(items: np.ndarray, limit: int = 6) -> str:
    more = f" and {len(items) - limit:,} more" if len(items) > limit else ""
    return ", ".join(map(str, items[:limit])) + more
