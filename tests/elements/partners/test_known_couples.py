"""Actor and partner effects of real couples against published values, through public functions."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab import datasets
from mentorlab.elements.partners.actor_partner import actor_partner
from mentorlab.elements.partners.agreement import partner_agreement

pytestmark = pytest.mark.skipif(
    bool(datasets.available("acitelli")), reason=datasets.available("acitelli")
)
SPOUSES = ("husband", "wife")


def both(measure):
    return tuple(f"{measure}_{spouse}" for spouse in SPOUSES)


def of_positivity(**options):
    return actor_partner(
        datasets.load_acitelli().couples,
        outcome=both("satisfaction"),
        predictor=both("other_positivity"),
        roles=SPOUSES,
        **options,
    )


def test_interchangeable_spouses():
    # R's nlme::gls with compound symmetry and restricted likelihood.
    result = of_positivity(distinguishable=False)
    effects = result.to_frame().set_index("effect")["estimate"]
    assert effects["actor"] == pytest.approx(0.4004, abs=5e-5)
    assert effects["partner"] == pytest.approx(0.2880, abs=5e-5)
    assert result.residual_correlation == pytest.approx(0.4693, abs=5e-5)
    assert result.n_dyads == 148


def test_spouses_told_apart():
    # R's nlme::gls with one variance a role.
    result = of_positivity()
    effects = result.to_frame().set_index(["role", "effect"])[["estimate", "std_error"]]
    known = {
        ("husband", "actor"): (0.424387, 0.067716),
        ("wife", "actor"): (0.377700, 0.073923),
        ("husband", "partner"): (0.261650, 0.061403),
        ("wife", "partner"): (0.321478, 0.081523),
    }
    for place, values in known.items():
        assert effects.loc[place].tolist() == pytest.approx(values, abs=1e-6)
    assert result.residual_correlation == pytest.approx(0.475109, abs=1e-6)
    interchangeable = result.tests.set_index("test").loc["interchangeable"]
    assert interchangeable["df"] == 6
    assert 0 < interchangeable["p_value"] < 1


def test_agreement_of_spouses():
    couples = datasets.load_acitelli().couples
    pairs = couples.rename(columns=dict(zip(both("satisfaction"), SPOUSES, strict=True)))
    pairs = pairs[[*SPOUSES]].assign(
        relationship_id=couples["couple_id"], wave=1, element="satisfaction"
    )
    found = partner_agreement(pairs, measure="ccc", roles=SPOUSES).to_frame().iloc[0]
    # R's epiR::epi.ccc with the z transform.
    assert found["estimate"] == pytest.approx(0.616657, abs=1e-6)
    limits = found[["conf_low", "conf_high"]].to_numpy(dtype=float)
    assert np.allclose(limits, [0.508023, 0.705981], atol=1e-6)
