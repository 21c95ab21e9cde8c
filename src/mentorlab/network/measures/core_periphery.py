"""Is there a core that everybody is tied to?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ...rng import child_rng
from ..assemble import need_ties
from ..network import MentorNetwork
from ..result import NetworkResult, asked
from .reach import whole_number

WHO = "core_periphery"


@dataclass(frozen=True, eq=False, repr=False)
class CorePeriphery(NetworkResult):
    """Who is in the core, and how well a core-periphery pattern fits.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a person: `person_id`, `core`, `coreness` (largest k such that the person is in a
        part where all have k contacts), `n_contacts`.
    fit : float
        Correlation of ties with the pattern, 1 at best.
    n_starts, n_found : int
        Searches, and how many ended in the best fit.
    """

    table: pd.DataFrame
    fit: float
    n_starts: int
    n_found: int

    references: ClassVar[tuple[str, ...]] = ("borgatti1999", "seidman1983")

    def to_frame(self) -> pd.DataFrame:
        """Give one row a person."""
        return self.table.copy()

    def headline(self) -> str:
        """Size of the core and fit."""
        n = int(self.table["core"].sum())
        return f"Core of {count(n, 'person', 'people')} of {len(self.table):,}, fit {self.fit:.3f}"

    def notes(self) -> tuple[str, ...]:
        """What the pattern is, and how sure the search is."""
        return (
            "pattern: every pair with a core member is tied, no pair in the periphery",
            f"{self.n_found:,} of {count(self.n_starts, 'search', 'searches')} ended in this fit; "
            "a better core may exist where few do",
            *super().notes(),
        )

    def _display_frame(self) -> pd.DataFrame:
        return self.table[self.table["core"]].head(10)


def core_periphery(network: MentorNetwork, *, seed: int, n_starts: int = 50) -> CorePeriphery:
    """Tell whether the network has a core that holds it together, and who is in it.

    Parameters
    ----------
    network : MentorNetwork
        Any network; ties count as 1.
    seed : int
        For the random starts.
    n_starts : int
        Random cores to start from, beside the best cut by number of contacts.

    Returns
    -------
    CorePeriphery

    Raises
    ------
    EstimationError
        If there are no ties, fewer than three people, or everybody is tied to everybody.

    Notes
    -----
    The discrete model of Borgatti and Everett in its maximum form: the pattern has a 1 wherever
    either end is in the core. Fit is the Pearson correlation with the ties off the diagonal. The
    search moves one person at a time while the fit grows; the best of all starts is a lower bound
    of the best fit there is.

    References
    ----------
    borgatti1999 : Models of core/periphery structures.
    seidman1983 : Network structure and minimum degree.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann"] * 4, "target": ["bo", "cy", "di", "ed"]})
    >>> network = MentorNetwork.from_ties(ties, source="self-report", directed=False)
    >>> round(core_periphery(network, seed=1).fit, 6)
    1.0
    """
    from ..kernels.core_search import best_core
    from ..kernels.ego import coreness

    need_ties(network, who=WHO)
    n_starts = whole_number(n_starts, who=WHO, name="n_starts", least=1)
    n = network.n_people
    n_cells = n * (n - 1) // (1 if network.directed else 2)
    if n < 3 or network.n_ties == n_cells:
        raise EstimationError(
            f"{WHO}: needs three people or more, not all tied; the network has {network.size()}."
        )
    contacts = network.contacts
    degree = np.diff(contacts.indptr)
    starts, orders = _starts(degree, n_starts, child_rng(seed, WHO))
    core, fit, n_found = best_core(*contacts, starts, orders, network.n_ties, n_cells)
    table = pd.DataFrame(
        {
            "person_id": network.ids,
            "core": core,
            "coreness": coreness(contacts.indptr, contacts.indices),
            "n_contacts": degree,
        }
    )
    return CorePeriphery(
        table=table,
        fit=float(fit),
        n_starts=len(starts),
        n_found=int(n_found),
        **asked(WHO, network, {"seed": seed, "n_starts": n_starts}),
    )


def _starts(
    degree: np.ndarray, n_starts: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Random cores of many sizes, and the tenth with most contacts."""
    n = len(degree)
    sizes = np.concatenate([[0.1], rng.uniform(0.02, 0.5, n_starts)])
    starts = rng.random((n_starts + 1, n)) < sizes[:, None]
    starts[0] = degree >= np.quantile(degree, 0.9)
    orders = np.stack([rng.permutation(n) for _ in range(n_starts + 1)])
    orders[0] = np.argsort(-degree, kind="stable")
    return starts, orders
