"""Which data sets there are: where they live, what they may be used for, whom to cite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ..errors import OptionError, did_you_mean, listing, quote
from ..references import reference


@dataclass(frozen=True)
class DataSource:
    """One data set: its public files at one fixed version, its license, its question.

    Attributes
    ----------
    name, title : str
        The key, as in ``load_<name>``, and what to call it in text.
    folder : str
        Its folder under ``MENTORLAB_DATA`` and in the download cache; empty when it is shipped
        with the package.
    base_url : str
        What stands before a file's relative path in its public address, ending in ``/``.
    files : mapping of str to str
        SHA-256 checksum of each public file, by relative path; empty where the source publishes
        a binary form whose checksum is not known, which is then taken as it comes.
    stand_ins : mapping of str to str
        For a public file in another format: the CSV file that a folder may hold in its stead.
    license, citation : str
        License of the data, and whom to cite as a key into :mod:`mentorlab.references` (empty when
        there is nobody to cite).
    question : str
        What the data can answer.
    size : str
        How much there is, in words.
    """

    name: str
    title: str
    license: str
    question: str
    size: str
    citation: str = ""
    folder: str = ""
    base_url: str = ""
    files: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    stand_ins: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)

    @property
    def loader(self) -> str:
        """Name of the function that loads it."""
        return f"load_{self.name}"

    def url(self, relative: str) -> str:
        """Public address of one file."""
        return self.base_url + relative


_EXAMPLE_PROGRAM = DataSource(
    name="example_program",
    title="Example program",
    license="BSD-3-Clause, invented for mentorlab",
    question="How does a whole program look in the data model, and what does each function say?",
    size="one invented program with every kind of record; no real people",
)

_KENYA_MENTORS = DataSource(
    name="kenya_mentors",
    title="Mentors or teachers? A randomized trial in Kenya",
    license="CC BY 4.0",
    question="Does a mentor raise a small firm's profit, for how long, and do pairs keep meeting?",
    size="372 women in 3 arms, 8 waves over 19 months; 179 candidates to be a mentor",
    citation="brooks2018",
    folder="kenya_mentors",
    base_url=(
        "https://raw.githubusercontent.com/gjuneja0080/SHProject/"
        "52546decac6c05c3042fed0a09069475150bcf28/ORIGINAL%20-%20Microenterprise_Kenya/"
        "113714-V1/App2017-0042_data/datasets/"
    ),
    files={
        "BDJ_Dandora_Data.dta": "48f07910bbe765c09fe348560fe104bf98ed0269fe30699a71cf95242df03998",
        "RD_Dataset.dta": "56d610f0f91cd135aecdd0b9185c8f40704b935359bdff71a9eec96b18d33197",
    },
)

_OPEN_SEEDS = DataSource(
    name="open_seeds",
    title="Open Seeds, a 16-week mentoring program",
    license="CC BY 4.0",
    question="Who mentors whom in a real program, who comes back as a mentor, which projects "
    "graduate, and what do partners say afterwards?",
    size="238 projects in 8 cohorts, 138 mentors, 385 mentees; 534 anonymous feedback forms",
    citation="ols2024",
    folder="ols_open_seeds",
    base_url=(
        "https://raw.githubusercontent.com/open-life-science/open-seeds-paper-2024/"
        "60940cd3f781c0f510a69a3c4f0258a1d31918ab/data/"
    ),
    files={
        "people.csv": "cc3b577b483ef53584a3a5dc0dce31d1e78a9a9aeb8ce97b0e28a08acac13f51",
        "projects.csv": "8c9da34d0ce5c20e1896dea86d286ca274d29af6f3a3d1061530240d1b35620c",
        "mentor_feedback/post_cohort/OLS-1.csv": (
            "3ae5ca25ef373f561e7ec9ef4c12ee4adceeb5e8a4375b1f92c2e6700b919132"
        ),
        "mentor_feedback/post_cohort/OLS-2.csv": (
            "21189851eed477ad0493a53c8ff19189d2146f5e215214c65b7838812cea73e4"
        ),
        "mentor_feedback/post_cohort/OLS-3.csv": (
            "94ef62202f1cba04bd71e321765e4e14f6ebd0e65c366cf21ed0450258e8a62a"
        ),
        "mentor_feedback/post_cohort/OLS-4.csv": (
            "adde0c32a3a6f56fba20b90f3197c365696774b213c7ca1a5026e1b3a08e2965"
        ),
        "mentor_feedback/post_cohort/OLS-5.csv": (
            "6f280cf8d56a688461bf00880a35ec0ddff6016c3a119023f9e89b5df03fbf96"
        ),
        "mentor_feedback/post_cohort/OLS-6.csv": (
            "6e5d3a5402252b937f27aba043f292f3bde694471327746055fdf0b85f496056"
        ),
        "mentor_feedback/post_cohort/OLS-7.csv": (
            "2c186e2c0647e37718b31c53382c95b0178c206a93b06f4b15fa4431c991d16b"
        ),
        "participant_feedback/mid_cohort/OLS-1.csv": (
            "bc9e1896658be8ddfac60f419722c48def360591b27d00448a148d868043a1e6"
        ),
        "participant_feedback/mid_cohort/OLS-2.csv": (
            "b1b39b8208e353093f36a4bec93156836745f8fef4f09a159ea5a5388e733682"
        ),
        "participant_feedback/mid_cohort/OLS-3.csv": (
            "084d763add4ef097e7d416e4435643f8ebf364c51acdf25e6060b1509ecb3f2f"
        ),
        "participant_feedback/mid_cohort/OLS-4.csv": (
            "4e386bf14f7a10cbc7a676b3c2907dc57a8e1d587d3239d1ac8e7411119e48d8"
        ),
        "participant_feedback/mid_cohort/OLS-5.csv": (
            "396b9995d1613a1e7e9377fd1ae3205daa3e7bc3fd88005b4da857260164d087"
        ),
        "participant_feedback/mid_cohort/OLS-6.csv": (
            "ad3244911cbc96f65e07bce659b2cf6138003dd0535c4c671aad6e0f11c57878"
        ),
        "participant_feedback/mid_cohort/OLS-7.csv": (
            "22d155cd63f91fd77baf472f4f6224820284f4d4f8455ff6f211f7aa6a89981e"
        ),
        "participant_feedback/mid_cohort/OLS-8.csv": (
            "24a3497591e24102064754fe2715cf25d929cebfc4d637a680899cdd7ddcc996"
        ),
        "participant_feedback/post_cohort/OLS-1.csv": (
            "3779efdd383dfed3513646e644b8aa73b8a5571597a8ca432618deef89775058"
        ),
        "participant_feedback/post_cohort/OLS-2.csv": (
            "b1fabe6fef8b300910b35786efd9b035ff8092da92284e0a0f29e44e809304d1"
        ),
        "participant_feedback/post_cohort/OLS-3.csv": (
            "e7cedbc696c4f930a90912d0293d160b20cce640ee2cf392b7c9c79e7800066f"
        ),
        "participant_feedback/post_cohort/OLS-4.csv": (
            "6edf197c65bd54957ec9d64f92679d148a05d13533792097d2d92465a8402be8"
        ),
        "participant_feedback/post_cohort/OLS-5.csv": (
            "02f7de5ef92ef286ebc58a1e6101d2075412948ea09d6a6ed245948874f292a8"
        ),
        "participant_feedback/post_cohort/OLS-6.csv": (
            "b60f9284b0f72b77e781ef3d674752d01b53e7ca9b0977cbd16ba5f1bdcefec1"
        ),
        "participant_feedback/post_cohort/OLS-7.csv": (
            "7af59e79e21a2405c9c73f9361c83df5ed76581c46e49584ba9c2f12eff570f7"
        ),
        "participant_feedback/post_cohort/OLS-8.csv": (
            "98f3b2e2069d1527520cee02ea5fc7b456ab35df2405f831478f764873e6890d"
        ),
    },
)

_ECON_ADVISERS = DataSource(
    name="econ_advisers",
    title="Advisers of economics PhD students",
    license="MIT",
    question="Who carries how many mentees, do fields mix, and who is orphaned if a mentor leaves?",
    size="3,152 students of 2000 to 2003, 2,685 advisers and committee members, 6,352 ties",
    citation="rose2023",
    folder="econ_advisers",
    base_url=(
        "https://raw.githubusercontent.com/Michael-E-Rose/Adviser-connectedness-and-placement-"
        "outcomes-in-the-economics-job-market/156527fc599b48f1fe525ea228b077a249821c46/"
    ),
    files={
        "199_adviser-student_map/actual.csv": (
            "e043a4bc001589322c44819b33de66a42c5a9486771bfd778aabcacb078149c1"
        ),
        "005_student_lists/main.csv": (
            "fd1c3784656834ac60f0d0e6d1c69fdea0bb84a77b3d5980bfa6ed7b4903893d"
        ),
        "020_placements/placements.csv": (
            "fb202eb5f5c85c8608ef6764ecdf74a1aff9552abbfead6f50de401be7dc79dc"
        ),
        "162_author_fields/main.csv": (
            "4214bd1b47a75f3681976fbb9b21ef7a69e92d1040e5e47b1808e29928eef36d"
        ),
    },
)

_DBPEDIA_ADVISORS = DataSource(
    name="dbpedia_advisors",
    title="Academic lineage in DBpedia",
    license="CC BY-SA 3.0",
    question="How deep do lineages of mentors go, and which mentees became mentors?",
    size="6,208 ties of advisors and students among 6,866 scholars",
    citation="dbpedia2015",
    folder="dbpedia_advisors",
    base_url=(
        "https://raw.githubusercontent.com/aitoralmeida/academic-genealogy/"
        "26c5e6e3a664c3866d9ad4383ee780c1b29d884a/"
    ),
    files={"dbpedia_genealogy.gexf": ""},
    stand_ins={"dbpedia_genealogy.gexf": "dbpedia_advisors_edges.csv"},
)

_ACITELLI = DataSource(
    name="acitelli",
    title="Acitelli's couples",
    license="CC0",
    question="Does one partner's view of the other go with the satisfaction of both? The known "
    "answer for dyadic models.",
    size="148 married couples, both partners",
    citation="kenny2006",
    folder="acitelli_couples",
    base_url=(
        "https://raw.githubusercontent.com/RandiLGarcia/dyadr/"
        "bcc1d483093143b4c611482f81833475b682988a/data/"
    ),
    files={"acipair.RData": ""},
    stand_ins={"acipair.RData": "acipair_pairwise.csv"},
)

_TEACHER_CAREERS = DataSource(
    name="teacher_careers",
    title="Teaching careers",
    license="CC0",
    question="When do people leave, if some had not left when they were last seen? The known "
    "answer for hazards.",
    size="3,941 special educators in Michigan, followed for up to 13 years",
    citation="singer1992",
    folder="teacher_careers",
    base_url=(
        "https://raw.githubusercontent.com/mccarthy-m-g/alda/"
        "2dd9d93d9c2151a2b3df26a279f9365c18c6f787/data-raw/data/tidy/"
    ),
    files={"teachers.csv": "7d40b0e5f015d426dd73296001bc53d2d96cb95c4be15e325ed07782172af3f4"},
)

SOURCES: dict[str, DataSource] = {
    source.name: source
    for source in (
        _EXAMPLE_PROGRAM,
        _KENYA_MENTORS,
        _OPEN_SEEDS,
        _ECON_ADVISERS,
        _DBPEDIA_ADVISORS,
        _ACITELLI,
        _TEACHER_CAREERS,
    )
}


def data_source(name: str, *, who: str) -> DataSource:
    """Look one data set up by its name.

    Parameters
    ----------
    name : str
        A key of ``SOURCES``.
    who : str
        The function that asks, for the message.

    Raises
    ------
    OptionError
        If there is no such data set.

    Examples
    --------
    >>> data_source("open_seeds", who="here").license
    'CC BY 4.0'
    """
    if name not in SOURCES:
        near = did_you_mean(name, SOURCES)
        raise OptionError(
            f"{who}: `name` must be {listing(SOURCES, limit=len(SOURCES))}; got {quote(name)}. "
            f"{near}".rstrip()
        )
    return SOURCES[name]


def list_datasets() -> pd.DataFrame:
    """Tell which data sets there are, what each can answer, and on which terms.

    Nothing is downloaded.

    Returns
    -------
    pandas.DataFrame
        One row per data set: ``name, title, loader, size, license, question, citation``;
        `citation` is empty where there is nobody to cite.

    Examples
    --------
    >>> import mentorlab as ml
    >>> ml.datasets.list_datasets()["name"].tolist()[:3]
    ['example_program', 'kenya_mentors', 'open_seeds']
    """
    return pd.DataFrame(
        [
            {
                "name": source.name,
                "title": source.title,
                "loader": source.loader,
                "size": source.size,
                "license": source.license,
                "question": source.question,
                "citation": str(reference(source.citation)) if source.citation else "",
            }
            for source in SOURCES.values()
        ]
    )
