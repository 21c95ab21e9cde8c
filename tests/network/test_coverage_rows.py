"""The features of mentoring that this part answers for."""

from __future__ import annotations

from mentorlab.report.coverage import feature_coverage, resolve

OWNED = {"F025", "F067", "F103", "F105", "F181", "F077", "F180"}


def test_every_owned_feature_has_a_function():
    rows = feature_coverage().to_frame()
    rows = rows[rows["part"] == "network"]
    assert set(rows["feature"]) >= OWNED
    for row in rows.itertuples():
        assert callable(resolve(row.function))
        assert row.caveat
