"""The works that results and docstrings cite, each once.

A docstring cites by key, ``[feldt1965]_`` style is not used: the key stands in its References
section and ``result.cite()`` prints the entry.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import OptionError, did_you_mean, quote


@dataclass(frozen=True)
class Reference:
    """One cited work.

    Attributes
    ----------
    authors, title, where : str
        As a reference list prints them.
    year : int
        Year of publication.
    doi : str
        Digital object identifier without prefix; empty when the work has none.
    """

    authors: str
    year: int
    title: str
    where: str
    doi: str = ""

    def __str__(self) -> str:
        text = f"{self.authors} ({self.year}). {self.title}. {self.where}."
        return f"{text} https://doi.org/{self.doi}" if self.doi else text


REFERENCES: dict[str, Reference] = {
    "austin2009": Reference(
        "Austin, P. C.",
        2009,
        "Balance diagnostics for comparing the distribution of baseline covariates between "
        "treatment groups in propensity-score matched samples",
        "Statistics in Medicine 28(25), 3083-3107",
        "10.1002/sim.3697",
    ),
    "brooks2018": Reference(
        "Brooks, W., Donovan, K. & Johnson, T. R.",
        2018,
        "Mentors or teachers? Microenterprise training in Kenya",
        "American Economic Journal: Applied Economics 10(4), 196-221",
        "10.1257/app.20170042",
    ),
    "cameron2015": Reference(
        "Cameron, A. C. & Miller, D. L.",
        2015,
        "A practitioner's guide to cluster-robust inference",
        "Journal of Human Resources 50(2), 317-372",
        "10.3368/jhr.50.2.317",
    ),
    "cronbach1951": Reference(
        "Cronbach, L. J.",
        1951,
        "Coefficient alpha and the internal structure of tests",
        "Psychometrika 16(3), 297-334",
        "10.1007/BF02310555",
    ),
    "dbpedia2015": Reference(
        "Lehmann, J. et al.",
        2015,
        "DBpedia: a large-scale, multilingual knowledge base extracted from Wikipedia",
        "Semantic Web 6(2), 167-195",
        "10.3233/SW-140134",
    ),
    "eby2013": Reference(
        "Eby, L. T. et al.",
        2013,
        "An interdisciplinary meta-analysis of the potential antecedents, correlates, and "
        "consequences of protégé perceptions of mentoring",
        "Psychological Bulletin 139(2), 441-476",
        "10.1037/a0029279",
    ),
    "feldt1965": Reference(
        "Feldt, L. S.",
        1965,
        "The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty",
        "Psychometrika 30(3), 357-370",
        "10.1007/BF02289499",
    ),
    "fischetti2001": Reference(
        "Fischetti, M. & Salazar, J. J.",
        2001,
        "Solving the cell suppression problem on tabular data with linear constraints",
        "Management Science 47(7), 1008-1027",
        "10.1287/mnsc.47.7.1008.9805",
    ),
    "kenny2006": Reference(
        "Kenny, D. A., Kashy, D. A. & Cook, W. L.",
        2006,
        "Dyadic data analysis",
        "Guilford Press, New York",
    ),
    "mackinnon1985": Reference(
        "MacKinnon, J. G. & White, H.",
        1985,
        "Some heteroskedasticity-consistent covariance matrix estimators with improved finite "
        "sample properties",
        "Journal of Econometrics 29(3), 305-325",
        "10.1016/0304-4076(85)90158-7",
    ),
    "ols2024": Reference(
        "OLS (formerly Open Life Science)",
        2024,
        "Open Seeds paper data",
        "Data set, CC BY 4.0, github.com/open-life-science/open-seeds-paper-2024",
    ),
    "rose2023": Reference(
        "Rose, M. E. & Shekhar, S.",
        2023,
        "Adviser connectedness and placement outcomes in the economics job market",
        "Labour Economics",
        "10.1016/j.labeco.2023.102397",
    ),
    "schafer2002": Reference(
        "Schafer, J. L. & Graham, J. W.",
        2002,
        "Missing data: our view of the state of the art",
        "Psychological Methods 7(2), 147-177",
        "10.1037/1082-989X.7.2.147",
    ),
    "singer1992": Reference(
        "Singer, J. D.",
        1992,
        "Are special educators' career paths special? Results from a 13-year longitudinal study",
        "Exceptional Children 59(3), 262-279",
        "10.1177/001440299305900309",
    ),
    "straus2013": Reference(
        "Straus, S. E., Johnson, M. O., Marquez, C. & Feldman, M. D.",
        2013,
        "Characteristics of successful and failed mentoring relationships: a qualitative study "
        "across two academic health centers",
        "Academic Medicine 88(1), 82-89",
        "10.1097/ACM.0b013e31827647a0",
    ),
    "vickers2001": Reference(
        "Vickers, A. J. & Altman, D. G.",
        2001,
        "Analysing controlled trials with baseline and follow up measurements",
        "BMJ 323, 1123-1124",
        "10.1136/bmj.323.7321.1123",
    ),
}


def reference(key: str) -> Reference:
    """Look one work up by its key.

    Raises
    ------
    OptionError
        If no work has this key.

    Examples
    --------
    >>> reference("feldt1965").year
    1965
    """
    if key not in REFERENCES:
        near = did_you_mean(key, REFERENCES)
        raise OptionError(f"reference: no work has the key {quote(key)}. {near}".rstrip())
    return REFERENCES[key]
