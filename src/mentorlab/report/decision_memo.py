"""One to two pages that defend the choice of a matching policy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import OptionError, WriteError, count, did_you_mean, listing, quote
from ..matching import Market, WeightSensitivity, assign, weight_sensitivity
from ..simulation import PolicyComparison
from ..simulation.experiments import SweepResult
from ..simulation.measures import MEASURES
from .decision_words import first_sentence, listed, mean, short, signed, upper, word, words
from .memo import Bullets, Grid, Heading, Paragraph, Part, memo_docx, memo_html, memo_markdown
from .numbers import interval, number

WHO = "report.decision"
_PRINTERS = {".md": memo_markdown, ".html": memo_html, ".docx": memo_docx}
_COMPARED = (
    "benefit",
    "early_end",
    "worse_off",
    "matched",
    "waiting",
    "quality_lower",
    "load_most",
)
_TRADED = ("benefit_lowest", "completed", "mentors_left")
_MOVES = {-0.25: "A quarter less", 0.25: "A quarter more", -1.0: "Taken away"}
_DECIMALS = 3
_MOST_GROUPS, _MOST_MEASURES, _MOST_NAMES, _MOST_LOSERS = 6, 4, 10, 3
_SAID = ("best in", "left out")  # notes of the comparison that the memo says in its own place


def decision(
    comparison: PolicyComparison,
    *,
    path: str | Path,
    choice: str | None = None,
    over: SweepResult | None = None,
    market: Market | None = None,
) -> Path:
    """Write the memo that defends a choice: what, against what, at what price, how sure.

    Parameters
    ----------
    comparison : PolicyComparison
        From `compare_policies`, 2 replications and 2 policies or more.
    path : str or pathlib.Path
        Where to write; ``.md``, ``.html`` or ``.docx`` decides the format.
    choice : str, optional
        The policy that is chosen; the best in the comparison's measure when left out.
    over : SweepResult, optional
        The same policies over a calibrated set or other assumptions: whether the ranking holds
        there.
    market : Market, optional
        The applicant pool with its terms (from `build_market`): which weights stand behind the
        scores, and whose match changes if one moves.

    Returns
    -------
    pathlib.Path
        The path.

    Raises
    ------
    OptionError
        For a comparison that can't be ranked, an unknown choice or format.
    WriteError
        If the file can't be written.

    Notes
    -----
    The memo says nothing that the comparison does not show: a policy that leads without being
    surely better is said to lead, and the ranking is called undetermined.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from mentorlab.report.decision_memo import decision
    >>> from mentorlab.simulation import PoolGenerator, compare_policies
    >>> found = compare_policies(
    ...     PoolGenerator(40, 30), ["random", "mentee_proposing"], n_runs=6, seed=1
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = decision(found, path=Path(folder) / "memo.md").read_text("utf-8")
    >>> text.splitlines()[0]
    '# Which matching policy: a decision memo'
    """
    path = Path(path)
    if path.suffix.lower() not in _PRINTERS:
        raise OptionError(
            f"{WHO}: `path` must end in {listing(_PRINTERS)}; got {quote(str(path.name))}."
        )
    chosen = _chosen(comparison, choice)
    title = "Which matching policy: a decision memo"
    parts = [
        *_answer(comparison, chosen),
        *_alternatives(comparison, chosen),
        *_trade_off(comparison, chosen),
        *_weights(comparison, chosen, market),
        *_worse_off(comparison, chosen),
        *_undetermined(comparison, over),
        *_how(comparison),
    ]
    return _write(path, title, parts)


def _write(path: Path, title: str, parts: list[Part]) -> Path:
    try:
        printed = _PRINTERS[path.suffix.lower()](title, parts)
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{WHO}: a .docx memo needs python-docx, which is not installed. Run: pip install "
            "'mentorlab[report]', or write .md or .html."
        ) from error
    try:
        path.write_bytes(printed if isinstance(printed, bytes) else printed.encode("utf-8"))
    except OSError as error:
        raise WriteError(f"{WHO}: can't write {path}: {error.strerror or error}.") from error
    return path


def _chosen(comparison: PolicyComparison, choice: str | None) -> str:
    if not isinstance(comparison, PolicyComparison):
        raise OptionError(
            f"{WHO}: `comparison` must come from compare_policies; got "
            f"{quote(type(comparison).__name__)}."
        )
    if len(comparison.names) < 2:
        raise OptionError(
            f"{WHO}: a choice needs two policies or more; the comparison holds "
            f"{listing(comparison.names)}."
        )
    if choice is None:
        return str(comparison.ranking()["policy"].iloc[0])
    if choice not in comparison.names:
        near = did_you_mean(choice, comparison.names)
        raise OptionError(
            f"{WHO}: `choice` must be {listing(comparison.names)}; got {quote(choice)}. "
            f"{near}".rstrip()
        )
    return choice


def _answer(comparison: PolicyComparison, chosen: str) -> list[Part]:
    measure = comparison.measure
    ranking = comparison.ranking().set_index("policy")
    place = ranking.loc[chosen]
    what = MEASURES[measure].meaning
    if place["rank_high"] == 1:
        why = f"It is best in what this comparison is about ({what}), beyond the luck of the draw."
    elif place["rank_low"] == 1:
        others = [name for name in ranking.index[ranking["rank_low"] == 1] if name != chosen]
        why = (
            f"Whether it is best in what this comparison is about ({what}) is undetermined: the "
            f"draws do not tell it from {listed(others)}."
        )
    else:
        better = ranking.index[(ranking["rank_high"] < place["rank_low"])].tolist()
        more = f" ({listed(better)} for sure)" if better else ""
        why = (
            f"It is not best in what this comparison is about ({what}): "
            f"{count(int(place['rank_low']) - 1, 'policy', 'policies')} did better{more}. Say why "
            "it is chosen all the same."
        )
    levers = comparison.study.rows[0].levers
    asked = (
        f"Asked: how to match in a program of {levers.planned_weeks} planned weeks, watched for "
        f"{levers.horizon_weeks}."
    )
    return [Heading("Answer"), Paragraph(f"Choose {word(chosen)}. {why}"), Paragraph(asked)]


def _alternatives(comparison: PolicyComparison, chosen: str) -> list[Part]:
    names = [chosen, *(name for name in comparison.names if name != chosen)]
    shown = list(dict.fromkeys((comparison.measure, *_COMPARED)))
    means = comparison.estimates().pivot(index="measure", columns="policy", values="estimate")
    rows = tuple(
        (
            MEASURES[measure].meaning,
            *(mean(means.loc[measure, name], measure) for name in names),
        )
        for measure in shown
    )
    left_out = tuple(
        f"Left out: {word(row.policy)} failed ({first_sentence(row.message)})."
        for row in comparison.failed.itertuples()
    )
    return [
        Heading("Alternatives"),
        Paragraph(f"Means over {comparison.n_runs:,} simulated programs, the same for all."),
        Grid(("Measure", *words(names)), rows),
        Bullets(left_out),
    ]


def _trade_off(comparison: PolicyComparison, chosen: str) -> list[Part]:
    frame = comparison.contrasts(baseline=chosen)
    shown = dict.fromkeys((comparison.measure, *_COMPARED, *_TRADED))
    frame = frame.set_index("measure").loc[list(shown)].reset_index()
    gains: dict[str, list[str]] = {}
    losses: dict[str, list[str]] = {}
    for row in frame.itertuples():
        better = MEASURES[row.measure].better
        low, high = round(row.conf_low, _DECIMALS), round(row.conf_high, _DECIMALS)
        if not better or not np.isfinite(row.estimate) or low <= 0 <= high:
            continue
        # the contrast is alternative less choice
        wins = (row.estimate < 0) == (better == "high")
        bounds = interval(-row.conf_high, -row.conf_low, digits=3)
        said = f"{short(row.measure)} {signed(-row.estimate)} {bounds}"
        (gains if wins else losses).setdefault(row.policy, []).append(said)
    name = word(chosen)
    return [
        Heading("Trade-off"),
        Paragraph(
            f"What {name} gains, paired differences with 95 % intervals:"
            if gains
            else f"{upper(name)} is surely better in nothing that was measured."
        ),
        Bullets(_against(gains)),
        Paragraph(
            f"What {name} costs:"
            if losses
            else f"No measure shows {name} surely worse than an alternative."
        ),
        Bullets(_against(losses)),
    ]


def _against(said: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(
        f"against {word(policy)}: {'; '.join(parts[:_MOST_MEASURES])}"
        for policy, parts in said.items()
    )


def _weights(comparison: PolicyComparison, chosen: str, market: Market | None) -> list[Part]:
    if market is None:
        text = (
            "The scores behind the policies were taken as given; no weights were handed to this "
            "memo (give the market from build_market to see whose match hangs on them)."
        )
        return [Heading("Weights"), Paragraph(text)]
    if not isinstance(market, Market):
        raise OptionError(f"{WHO}: `market` must be a Market; got {quote(market)}.")
    policy = dict(comparison.study.policies)[chosen]
    assignment = assign(market, policy, seed=comparison.study.seed)
    named = policy if callable(policy) else None
    moved = weight_sensitivity(assignment, by=tuple(_MOVES), policy=named)
    changed = moved.moves["n_changed"].to_numpy().reshape(-1, len(_MOVES))
    terms = moved.moves.drop_duplicates("term")
    rows = tuple(
        (str(row.term), number(row.weight), *(f"{n} of {market.n_mentees}" for n in counts))
        for row, counts in zip(terms.itertuples(), changed, strict=True)
    )
    return [
        Heading("Weights, and whose match hangs on them"),
        Paragraph("Matches that change when one weight moves and all else stays:"),
        Grid(("Term", "Weight", *_MOVES.values()), rows),
        Bullets(_whose(moved)),
    ]


def _whose(moved: WeightSensitivity) -> tuple[str, ...]:
    """Name the mentees whose match changes when a weight moves by a quarter either way."""
    frame = moved.changed[moved.changed["new_weight"] != 0]
    said = []
    for term, rows in frame.groupby("term", sort=False):
        ids = list(dict.fromkeys(map(str, rows["mentee_id"])))
        more = f" and {len(ids) - _MOST_NAMES} more" if len(ids) > _MOST_NAMES else ""
        said.append(f"{term}, a quarter less or more: {', '.join(ids[:_MOST_NAMES])}{more}")
    return tuple(said)


def _worse_off(comparison: PolicyComparison, chosen: str) -> list[Part]:
    said = []
    groups = comparison.groups(baseline=chosen)
    losing = groups[(groups["measure"] == "benefit") & (groups["conf_low"] > 0)]
    for row in losing.sort_values("estimate", ascending=False).head(_MOST_GROUPS).itertuples():
        said.append(
            f"{word(row.attribute)}, {row.group}: would gain {number(row.estimate, digits=3)} "
            f"{interval(row.conf_low, row.conf_high, digits=3)} SD more under {word(row.policy)}"
        )
    if comparison.study.world(0, 0).fixed:
        said += _single_mentees(comparison.mentees(), comparison.names, chosen)
    text = (
        f"Mentees who would be better off under an alternative to {word(chosen)}:"
        if said
        else f"No group of mentees that was followed is surely better off without {word(chosen)}."
    )
    return [Heading("Who is worse off"), Paragraph(text), Bullets(tuple(said))]


def _single_mentees(frame: pd.DataFrame, names: tuple[str, ...], chosen: str) -> list[str]:
    """Count the mentees who expect more elsewhere, by means over replications, and name some."""
    wide = frame.pivot(index="mentee_id", columns="policy", values="benefit")
    said = []
    for name in names:
        lost = (wide[name] - wide[chosen]).sort_values(ascending=False)
        lost = lost[lost > 0]
        if name == chosen or lost.empty:
            continue
        most = ", ".join(
            f"{mentee} ({number(float(value), digits=3)})"
            for mentee, value in lost.head(_MOST_LOSERS).items()
        )
        said.append(
            f"{len(lost):,} of {count(len(wide), 'mentee')} expect more under {word(name)} by "
            f"their own means; most, in SD: {most}"
        )
    return said


def _undetermined(comparison: PolicyComparison, over: SweepResult | None) -> list[Part]:
    said = []
    ranking = comparison.ranking()
    open_ones = ranking[ranking["verdict"] == "undetermined"]
    if len(open_ones):
        places = "; ".join(
            f"{word(row.policy)} between {row.rank_low} and {row.rank_high}"
            for row in open_ones.itertuples()
        )
        said.append(f"Places in {comparison.measure} that the draws leave open: {places}.")
    if over is None:
        said.append(
            "The ranking was not tried over other assumptions (give a sweep over a "
            "calibrated set as over): it holds for the one model below, not for all that the "
            "published numbers leave standing."
        )
    else:
        said.append(_over_models(over, comparison.measure))
    table = comparison.study.rows[0].model.table()
    n_open = int((table["identified_by"] == "").sum())
    said.append(
        f"No published number tells {n_open} of the model's {len(table)} parameters; they stand at "
        "assumed values, most of the others rest on youth programs."
    )
    return [Heading("What is undetermined"), Bullets(tuple(said))]


def _over_models(over: SweepResult, measure: str) -> str:
    if not isinstance(over, SweepResult):
        raise OptionError(f"{WHO}: `over` must come from sweep; got {quote(type(over).__name__)}.")
    ranking = over.ranking(measure)
    first = ranking.iloc[0]
    points = count(len(over.table), "set of assumptions", "sets of assumptions")
    if first["verdict"] == "1":
        return f"{upper(word(first['policy']))} is surely best in {measure} over {points}."
    leads = f"{word(first['policy'])} leads at {first['best']:.0%} of them"
    return f"Over {points} the ranking in {measure} is undetermined: {leads}."


def _how(comparison: PolicyComparison) -> list[Part]:
    study = comparison.study
    row = study.rows[0]
    default = type(row.levers)()
    moved = [
        f"{name.replace('_', ' ')} {value}"
        for name, _, value in row.levers.rows()
        if value != getattr(default, name)
    ]
    notes = [upper(note) + "." for note in comparison.notes() if not note.startswith(_SAID)]
    return [
        Heading("How this was found"),
        Bullets(
            (
                f"Seed {study.seed}, {comparison.n_runs:,} replications, model "
                f"{row.model.name!r}; levers: {', '.join(moved) if moved else 'as by default'}.",
                f"Experiment {study.fingerprint[:16]}: the same inputs give the same numbers.",
                "All policies met the same people and the same luck; differences are paired.",
                *notes,
            )
        ),
    ]
