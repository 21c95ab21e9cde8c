"""Whether groups, partners or waves understand the items alike, so that scores can be compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pandas as pd

from ...codebook import Codebook
from ...errors import EstimationError, OptionError, count, quote
from ...options import FactorEstimator, check_level
from ...provenance import Provenance
from ...result import describe_size
from ..answers import key_answers
from .blocks import ROLES, Blocks, group_blocks, role_blocks, wave_blocks
from .confirmatory_tables import INDICES
from .factor_words import check_estimator, check_flag
from .invariance_options import WHO, check_across, check_cluster, check_free
from .invariance_result import NONE, Invariance
from .invariance_steps import DELTA, JOINT, LINK, MEAN, RELEASE, Comparison, compare_blocks
from .item_matrices import ItemMatrix, check_columns, check_elements, item_matrix, split_answers

LEVEL = ("element", "level", "n", "n_free", *INDICES, *DELTA, "holds", "note")


def invariance(
    responses: pd.DataFrame,
    *,
    codebook: Codebook,
    across: str,
    elements: str | Iterable[str] | None = None,
    by: str | Iterable[str] | None = None,
    joint: bool = False,
    free: Mapping[str, Iterable[str]] | None = None,
    estimator: FactorEstimator = "ml",
    robust: bool = False,
    cluster: str | None = None,
    level: float = 0.95,
) -> Invariance:
    r"""Tell whether an element is measured alike in groups, by both partners, or over waves.

    Only if loadings and intercepts are equal does a difference of means say something about the
    element and not about its items.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    codebook : Codebook
        What the items mean. Mirrored items have the same name on both forms.
    across : str
        ``"role"`` compares mentors and mentees within dyads, ``"wave"`` the same persons over
        time; any other column of `responses` compares independent groups, the first that appears
        being the reference.
    elements : str or iterable of str, optional
        Which elements; all of the codebook when left out.
    by : str or iterable of str, optional
        Columns of `responses` to compare apart. Roles are always compared within a wave and waves
        within a role: where there are several they are compared apart, and the result says so.
    joint : bool
        Whether one model holds all elements, or each element has its own.
    free : mapping of str to iterable of str, optional
        Equalities to give up (partial invariance): items by kind, for example
        ``{"intercept": ["trust_3"]}``; kinds are ``"loading"``, ``"intercept"``, ``"residual"``.
    estimator : {"ml", "fiml"}
        Complete rows, or all rows with an answer; with ``"fiml"`` a dyad of which only one
        partner answered counts too. Estimators for ordinal answers (WLSMV) are not available.
    robust : bool
        Whether to use sandwich errors and scaled chi-squares.
    cluster : str, optional
        Column whose rows belong together; implies `robust`. Across roles also ``"mentor_id"`` and
        ``"mentee_id"``: dyads that share a mentor are not independent.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Invariance

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    OptionError
        If an option is unknown or a column absent.
    EstimationError
        If nothing can be compared: one group, no dyad with both partners, too few items or rows.

    Notes
    -----
    Configural: the same items form the element. Metric: loadings :math:`\Lambda` equal. Scalar:
    intercepts :math:`\nu` too, with latent means free but for the reference. Strict: residual
    variances :math:`\Theta` too. Groups are independent samples. Roles and waves are dependent, so
    a row is a dyad (or a person), its factors covary and so do the residuals of mirrored items: a
    test that took partners who correlate .6 for independent groups would have errors of mean
    differences 1.6 times too large, :math:`1/\sqrt{1 - .6}`. A level fails if the difference test
    rejects at .05 and CFI falls by more than .01; the first level fails if chi-square rejects and
    CFI is below .90 or SRMR above .10. These are conventions: read the table. CFI refers to the
    model in which nothing covaries, as in lavaan. `releases` are score tests, see
    ``stats.cfa_score``; giving up equalities one at a time by the data at hand capitalizes on
    chance. With fewer than some 100 dyads failures are easily missed; intervals of latent mean
    differences held the truth in 94 % of 2,000 samples of 100 dyads, and of 400 (95 % intervals,
    four items). Do not compare means of an element whose intercepts differ.

    References
    ----------
    arbuckle1996, cheung2002, meredith1993, sakaluk2021, satorra2001, sorbom1989, yuan2000

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.factor_models.invariance import invariance
    >>> program = ml.datasets.load_example_program()
    >>> first = program.responses.query("wave == 1")
    >>> result = invariance(first, codebook=ml.item_bank(), across="role", elements="trust")
    >>> result.to_frame()["level"].tolist()
    ['configural', 'metric', 'scalar', 'strict']
    >>> result.to_frame()["df"].tolist()
    [15, 18, 21, 25]
    """
    check_level(level, who=WHO)
    for name, flag in (("robust", robust), ("joint", joint)):
        check_flag(flag, who=WHO, name=name)
    estimator = check_estimator(estimator, who=WHO)
    kept = check_elements(elements, codebook, who=WHO)
    across = check_across(responses, across)
    columns = check_columns(responses, by, who=WHO, name="by")
    if across in columns:
        raise OptionError(f"{WHO}: {quote(across)} can't be both `across` and in `by`.")
    cluster = check_cluster(responses, cluster, across)
    released = check_free(free, codebook)
    answers = key_answers(responses, codebook, who=WHO)
    extra = responses.reset_index(drop=True).iloc[answers.rows].reset_index(drop=True)
    implied = _implied_split(extra, across, columns)
    columns = (*columns, implied) if implied else columns
    wanted = [name for name in (across, cluster) if name in extra]
    tables = _compare_all(
        (
            (labels, item_matrix(answers, chosen, extra[wanted], kept))
            for labels, chosen in split_answers(extra[list(columns)], columns)
        ),
        across,
        joint=joint,
        fiml=estimator == "fiml",
        robust=robust or bool(cluster),
        cluster=cluster,
        free=released,
        confidence=level,
    )
    levels = _frame(tables["levels"], columns, LEVEL)
    said = _frame(tables["warnings"], columns, ("element", "warning"))
    return Invariance(
        levels=levels,
        means=_frame(tables["means"], columns, MEAN),
        links=_frame(tables["links"], columns, LINK),
        releases=_frame(tables["releases"], columns, RELEASE),
        verdicts=_verdicts(levels, columns),
        warnings=said.drop_duplicates(ignore_index=True),
        across=across,
        blocks=tuple(dict.fromkeys(tables["blocks"])),
        by=columns,
        implied=implied,
        estimator=estimator,
        robust=robust or bool(cluster),
        cluster=cluster,
        level=level,
        provenance=Provenance(
            WHO,
            {
                "responses": describe_size(responses),
                "across": across,
                "elements": kept,
                "by": columns,
                "joint": joint,
                "free": {kind: sorted(items) for kind, items in released.items()},
                "estimator": estimator,
                "robust": robust,
                "cluster": cluster,
                "level": level,
            },
        ),
    )


def _compare_all(
    groups: Iterable[tuple[dict[str, object], ItemMatrix]], across: str, **options: object
) -> dict[str, list]:
    """Rows of all tables, warnings and block names, from every group and element."""
    tables: dict[str, list] = {
        name: [] for name in ("levels", "means", "links", "releases", "warnings", "blocks")
    }
    failures: list[str] = []
    for labels, matrix in groups:
        for element, found in _comparisons(matrix, across, **options):
            if isinstance(found, str):
                failures.append(found)
                text = f"not compared: {found}"
                tables["warnings"].append({**labels, "element": element, "warning": text})
                continue
            comparison, blocks = found
            tables["blocks"] += blocks.names
            for table in ("levels", "means", "links", "releases"):
                tables[table] += [{**labels, **row} for row in getattr(comparison, table)]
            shared = _shared_words(blocks, str(options["cluster"]))
            said = [("", text) for text in (*blocks.left_out, shared)]
            said += [(element, text) for text in comparison.warnings]
            tables["warnings"] += [
                {**labels, "element": owner, "warning": text} for owner, text in said if text
            ]
    if not tables["levels"]:
        reasons = " ".join(dict.fromkeys(failures)) or "nobody answered any item."
        raise EstimationError(f"{WHO}: {reasons}")
    return tables


def _comparisons(
    matrix: ItemMatrix, across: str, *, joint: bool, **options: object
) -> Iterator[tuple[str, tuple[Comparison, Blocks] | str]]:
    """Give each element's comparison, or the reason why there is none."""
    try:
        if not len(matrix.rows):
            raise EstimationError("nobody answered any item.")
        if across == "role":
            blocks = role_blocks(matrix)
        elif across == "wave":
            blocks = wave_blocks(matrix)
        else:
            blocks = group_blocks(matrix, across)
    except EstimationError as error:
        yield JOINT if joint else "", str(error)
        return
    names = (JOINT,) if joint else blocks.elements
    for element in names:
        part = blocks if joint else blocks.select(element)
        try:
            yield element, (compare_blocks(part, element, **options), part)
        except EstimationError as error:
            yield element, str(error)


def _implied_split(extra: pd.DataFrame, across: str, columns: Collection[str]) -> str:
    other = {"role": "wave", "wave": "role"}.get(across, "")
    if not other or other in columns:
        return ""
    present = extra[extra["role"].isin(ROLES)] if across == "role" else extra
    return other if present[other].nunique() > 1 else ""


def _shared_words(blocks: Blocks, cluster: str) -> str:
    """Warn where a person stands in several rows, unless errors are clustered."""
    if cluster:
        return ""
    rows = pd.concat(blocks.rows)
    if "mentor_id" in rows:
        for name, other in (("mentor", "mentee"), ("mentee", "mentor")):
            persons = rows[f"{name}_id"].dropna()
            if persons.duplicated().any():
                return (
                    f"{count(len(persons), 'dyad')} share {count(persons.nunique(), name)}: a "
                    f"{name} with several {other}s counts as several; cluster='{name}_id' "
                    "respects it"
                )
        return ""
    if not blocks.repeated and rows["rater_id"].duplicated().any():
        return (
            f"{count(len(rows), 'row')} from {count(rows['rater_id'].nunique(), 'person')} count "
            "as independent; cluster='rater_id' respects it"
        )
    return ""


def _frame(
    rows: list[dict[str, object]], columns: tuple[str, ...], known: tuple[str, ...]
) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    first = [name for name in (*columns, *known) if name != "note"]
    ordered = [*first, *(name for name in frame if name not in (*first, "note"))]
    return frame.reindex(columns=[*ordered, *(["note"] if "note" in known else [])])


def _verdicts(levels: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for _, part in levels.groupby([*columns, "element"], sort=False, dropna=False):
        holds, fails = NONE, ""
        for level, held in zip(part["level"], part["holds"], strict=True):
            if held is None or pd.isna(held):
                break
            if not held:
                fails = level
                break
            holds = level
        first = part.iloc[0]
        rows.append(
            {
                **{name: first[name] for name in columns},
                "element": first["element"],
                "n": int(first["n"]),
                "holds": holds,
                "fails": fails,
            }
        )
    return pd.DataFrame(rows)
