import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab.coding import code_rows, first_rows

CELLS = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1.0, 2.0, np.nan])), max_size=8
)


@given(CELLS)
def test_codes_agree_exactly_when_rows_do(rows):
    frame = pd.DataFrame(rows, columns=["x", "y"]).astype({"x": "str", "y": "float64"})
    codes = code_rows(frame, ["x", "y"])
    told = [(None if x is None else x, None if np.isnan(y) else y) for x, y in rows]
    assert [[a == b for b in codes] for a in codes] == [[a == b for b in told] for a in told]
    assert first_rows(codes).tolist() == [told.index(row) == i for i, row in enumerate(told)]


def test_many_columns_of_many_levels_do_not_overflow():
    n = 2_000
    frame = pd.DataFrame({f"c{j}": np.roll(np.arange(n), j) for j in range(12)})
    assert len(set(code_rows(frame, list(frame)))) == n


@pytest.mark.parametrize("codes", [[], [0], [10**15, 3, 10**15], [5, 5, 0]])
def test_first_rows_of_any_codes(codes):
    expected = [codes.index(code) == i for i, code in enumerate(codes)]
    assert first_rows(np.array(codes, dtype=np.int64)).tolist() == expected


def test_no_columns_make_one_group():
    assert code_rows(pd.DataFrame({"a": [1, 2]}), []).tolist() == [0, 0]
