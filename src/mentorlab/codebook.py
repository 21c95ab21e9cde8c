"""What the items mean: which element they measure, in which direction, on which scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import html
from .coercion import coerce
from .delimited import read_delimited
from .errors import Fault, SchemaError, count, did_you_mean, listing, quote
from .schemas import Column
from .shipped import shipped_path
from .tables import ROLES

if TYPE_CHECKING:
    from .codebook_sources import GuessedCodebook

BOTH = "both"

_COLUMNS = (
    Column("item", "the item's name in the responses", required=True),
    Column("element", "what it measures; empty if it is not scored"),
    Column("role", "whose form it stands on: a role, or both", allowed=(*ROLES, BOTH)),
    Column("reverse", "true if agreeing means less of the element", "flag"),
    Column("low", "lowest answer", "number", required=True),
    Column("high", "highest answer", "number", required=True),
    Column("labels", "answer labels, lowest first, separated by |"),
    Column("wording", "the item's text"),
)


@dataclass(frozen=True, eq=False, repr=False)
class Codebook:
    """The key to a set of items.

    Parameters
    ----------
    items : pandas.DataFrame
        One row an item and role: `item`, `element`, `role` (a role, or ``both``; ``both`` when
        left out), `reverse` (false when left out), `low`, `high`, `labels`, `wording`. Other
        columns pass through.
    title : str
        What to call it.
    validated : bool or None
        Whether the scales have published evidence of validity; ``None`` when not known.

    Raises
    ------
    SchemaError
        With every fault at once.

    Examples
    --------
    >>> import pandas as pd
    >>> book = Codebook(
    ...     pd.DataFrame(
    ...         {"item": ["t1", "t2"], "element": "trust", "reverse": [False, True],
    ...          "low": 1, "high": 5}
    ...     )
    ... )
    >>> book.elements
    ('trust',)
    >>> book.for_role("mentor")["item"].tolist()
    ['t1', 't2']
    """

    items: pd.DataFrame
    title: str = "codebook"
    validated: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", _clean_items(self.items))

    @classmethod
    def from_csv(
        cls, path: str | Path, *, title: str = "", validated: bool | None = None
    ) -> Codebook:
        """Read a codebook from a CSV file with the columns above.

        Raises
        ------
        ReadError
            If the file can't be read as CSV text.
        SchemaError
            If the rows are not a valid codebook.
        """
        frame = read_delimited(path, text=[c.name for c in _COLUMNS if c.kind == "text"])
        return cls(frame, title=title or Path(path).stem, validated=validated)

    @classmethod
    def guess(cls, responses: pd.DataFrame) -> GuessedCodebook:
        """Guess a codebook from answers, and list every guess with its reason and its doubts.

        Nothing else in mentorlab guesses: use this as a draft to correct when a file comes without
        a key. Element: the item's name without its number. Range: the answers seen to the items of
        an element. Direction: an item that goes against the rest of its element is taken as
        reversed. Labels and wording are not guessed.

        Parameters
        ----------
        responses : pandas.DataFrame
            Rows of the responses table.

        Returns
        -------
        GuessedCodebook
            A codebook with a frame `guesses`.

        Raises
        ------
        SchemaError
            If the rows are not responses, or none has an answer.

        Examples
        --------
        >>> import mentorlab as ml
        >>> program = ml.datasets.load_example_program()
        >>> draft = Codebook.guess(program.responses)
        >>> turned = draft.items[draft.items["reverse"] & draft.items["element"].eq("trust")]
        >>> turned["item"].unique().tolist()
        ['trust_3']
        """
        from .codebook_sources import guess_codebook

        return guess_codebook(responses)

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements that are scored, in the order in which the items stand."""
        return tuple(self.items["element"].dropna().unique())

    def for_role(self, role: str) -> pd.DataFrame:
        """Give the items on one role's form, one row each."""
        return self.items[self.items["role"].isin([role, BOTH])].reset_index(drop=True)

    def keyed(self, roles: Iterable[str]) -> pd.DataFrame:
        """Give one row for each item and role that can be scored.

        Returns
        -------
        pandas.DataFrame
            Columns `item`, `role`, `element`, `reverse`, `low`, `high`; items on both forms have
            a row for each of `roles`.
        """
        forms = [self.for_role(role).assign(role=role) for role in roles]
        columns = ["item", "role", "element", "reverse", "low", "high"]
        if not forms:
            return self.items[columns].head(0)
        return pd.concat(forms, ignore_index=True)[columns]

    def select(self, elements: str | Iterable[str]) -> Codebook:
        """Keep the items of some elements.

        Raises
        ------
        SchemaError
            If an element has no items.
        """
        wanted = [elements] if isinstance(elements, str) else list(elements)
        for element in wanted:
            if element not in self.elements:
                near = did_you_mean(element, self.elements)
                fault = Fault("elements", f"be {listing(self.elements)}", f"'{element}'", hint=near)
                raise SchemaError("Codebook.select: unknown element", [fault])
        kept = self.items[self.items["element"].isin(wanted)]
        return Codebook(kept, title=self.title, validated=self.validated)

    def _headline(self) -> str:
        scored = self.items.dropna(subset="element")
        evidence = {None: "validity not stated", False: "unvalidated", True: "validated"}
        return (
            f"{self.title}: {count(scored['item'].nunique(), 'item')} for "
            f"{count(len(self.elements), 'element')} ({evidence[self.validated]})"
        )

    def _contents(self) -> pd.DataFrame:
        scored = self.items.dropna(subset="element")
        return scored.groupby("element", sort=False, as_index=False).agg(
            items=("item", "nunique"),
            reversed=("reverse", "sum"),
            roles=("role", lambda roles: ", ".join(sorted(roles.unique()))),
            low=("low", "min"),
            high=("high", "max"),
        )

    def __repr__(self) -> str:
        return f"{self._headline()}\n{self._contents().to_string(index=False)}"

    def _repr_html_(self) -> str:
        return html.view(html.heading(self._headline()), html.table(self._contents(), max_rows=20))


def item_bank() -> Codebook:
    """Give mentorlab's own item bank: mirrored forms for mentors and mentees.

    Four items for each of respect, reciprocity, communication, commitment, trust, clear
    expectations, shared values and personal connection, one of each reversed, with short extra
    scales for career and psychosocial functions, negative experiences and satisfaction. The items
    were written for this project and are **unvalidated**: use them to teach, to simulate and to
    pilot. The construct behind each stands in the column `source`; the themes of successful and
    failed relationships are those of Straus et al., which gives no weights.

    Returns
    -------
    Codebook
        Answers run from 1 (strongly disagree) to 5 (strongly agree).

    References
    ----------
    straus2013 : Characteristics of successful and failed mentoring relationships.

    Examples
    --------
    >>> bank = item_bank()
    >>> bank.validated, len(bank.select("trust").for_role("mentee"))
    (False, 4)
    """
    return Codebook.from_csv(
        shipped_path("item_bank/items.csv"), title="mentorlab item bank", validated=False
    )


def _clean_items(items: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(items, pd.DataFrame) or items.columns.nlevels > 1:
        fault = Fault("items", "be a frame with one name for each column")
        raise SchemaError("Codebook: not a valid codebook", [fault])
    frame = items.reset_index(drop=True)
    faults = [
        Fault(str(name), "be the name of one column", f"{(frame.columns == name).sum()} columns")
        for name in frame.columns[frame.columns.duplicated()].unique()
    ] + [
        Fault(c.name, "be there", hint=f"It holds: {c.about}.")
        for c in _COLUMNS
        if c.required and c.name not in frame
    ]
    if faults:
        raise SchemaError("Codebook: not a valid codebook", faults)
    for column in _COLUMNS:
        given = frame.get(column.name, pd.Series(None, index=frame.index, dtype="object"))
        frame[column.name], found = coerce(given, column)
        faults += found
    frame["role"] = frame["role"].fillna(BOTH)
    frame["reverse"] = frame["reverse"].fillna(False).astype(bool)
    faults += _content_faults(frame)
    if faults:
        raise SchemaError("Codebook: not a valid codebook", faults)
    declared = [column.name for column in _COLUMNS]
    return frame[declared + [name for name in frame.columns if name not in declared]]


def _content_faults(frame: pd.DataFrame) -> list[Fault]:
    allowed = (*ROLES, BOTH)
    bad_role = ~frame["role"].isin(allowed)
    role = next(iter(frame.loc[bad_role, "role"]), "")
    overlap = frame.merge(frame, on="item", suffixes=("", "_other"))
    clash = overlap[(overlap["role"] == BOTH) & (overlap["role_other"] != BOTH)]["item"]
    rules = [
        ("item", "not be empty", frame["item"].isna(), ""),
        ("role", f"be {listing(allowed, limit=9)}", bad_role, did_you_mean(role, allowed)),
        ("low", "be given", frame["low"].isna(), ""),
        ("high", "be above `low`", ~(frame["high"] > frame["low"]), ""),
        (
            "item",
            "be listed once for each role",
            frame.duplicated(["item", "role"]) | frame["item"].isin(clash),
            "",
        ),
    ]
    return [
        Fault(
            name,
            must,
            got=quote(frame[name].iloc[int(np.argmax(broken))]),
            n_rows=int(broken.sum()),
            first_row=int(np.argmax(broken)) + 1,
            hint=hint,
        )
        for name, must, broken, hint in rules
        if broken.any()
    ]
