"""A codebook is whole or refused, and never mixes up forms."""

from __future__ import annotations

import pandas as pd
import pytest

from mentorlab import Codebook
from mentorlab.errors import ReadError, SchemaError
from mentorlab.tables import ROLES


def items(**columns):
    return pd.DataFrame({"item": ["t1", "t2"], "low": 1, "high": 5, **columns})


def test_what_is_left_out_has_a_meaning():
    book = Codebook(items())
    assert book.items["role"].tolist() == ["both", "both"]
    assert book.items["reverse"].tolist() == [False, False]
    assert book.elements == ()
    assert repr(book).startswith("codebook: 0 items for 0 elements (validity not stated)")
    assert "0 items" in book._repr_html_()


def test_elements_come_in_the_order_of_the_items():
    book = Codebook(items(element=["zeal", "awe"]))
    assert book.elements == ("zeal", "awe")


def test_own_columns_pass_through_and_the_frame_is_left_alone():
    given = items(theme=["a", "b"])
    before = given.copy()
    assert Codebook(given).items["theme"].tolist() == ["a", "b"]
    pd.testing.assert_frame_equal(given, before)


def test_forms_by_role():
    book = Codebook(
        pd.DataFrame(
            {
                "item": ["t1", "t1", "t2"],
                "role": ["mentor", "mentee", "both"],
                "element": "trust",
                "reverse": [True, False, False],
                "low": [1, 0, 1],
                "high": [5, 10, 5],
            }
        )
    )
    assert book.for_role("mentor")["item"].tolist() == ["t1", "t2"]
    assert book.for_role("peer")["item"].tolist() == ["t2"]
    keyed = book.keyed(["mentor", "mentee"]).set_index(["item", "role"])
    assert keyed.loc[("t1", "mentor"), "reverse"]
    assert keyed.loc[("t1", "mentee"), "high"] == 10
    assert len(book.keyed(ROLES)) == 2 + len(ROLES)
    assert len(book.keyed([])) == 0


def test_numbers_as_item_names_are_text():
    assert Codebook(items(item=[1, 2])).items["item"].tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"item": ["t1", None]}, "`item` must not be empty"),
        ({"item": ["t1", "t1"]}, "`item` must be listed once for each role; got 't1' in 1 row"),
        ({"low": [1, None]}, "`low` must be given; got nan in 1 row, first row 2"),
        ({"low": [5, 5]}, "`high` must be above `low`; got 5.0 in 2 rows, first row 1"),
        ({"low": ["one", 1]}, "`low` must be numbers; got 'one' in 1 row, first row 1"),
        (
            {"role": ["Mentor", "both"]},
            "got 'Mentor' in 1 row, first row 1. Did you mean 'mentor'?",
        ),
        ({"reverse": ["maybe", 1]}, "`reverse` must be true or false; got 'maybe'"),
    ],
)
def test_faults(columns, said):
    with pytest.raises(SchemaError) as caught:
        Codebook(items(**columns))
    assert said in str(caught.value)
    assert "np." not in str(caught.value)


def test_an_item_for_both_may_not_stand_on_one_form_too():
    with pytest.raises(SchemaError, match="be listed once for each role"):
        Codebook(items(item=["t1", "t1"], role=["both", "mentor"]))


def test_all_faults_at_once():
    with pytest.raises(SchemaError) as caught:
        Codebook(items(role=["boss", "x"], low=[5, None], reverse=["?", "no"]))
    assert [fault.column for fault in caught.value.faults] == ["reverse", "role", "low", "high"]


@pytest.mark.parametrize(
    "frame",
    [
        [1],
        None,
        pd.Series([1]),
        pd.DataFrame(
            [["a", 1, 5]], columns=pd.MultiIndex.from_product([["item"], ["x", "y", "z"]])
        ),
    ],
)
def test_what_is_no_frame(frame):
    with pytest.raises(SchemaError, match="`items` must be a frame with one name for each column"):
        Codebook(frame)


def test_headers():
    with pytest.raises(SchemaError, match="`item` must be the name of one column; got 2 columns"):
        Codebook(pd.DataFrame([["a", "b", 1, 5]], columns=["item", "item", "low", "high"]))
    with pytest.raises(SchemaError, match=r"`high` must be there\. It holds: highest answer"):
        Codebook(items().drop(columns="high"))


def test_select():
    book = Codebook(items(element=["trust", "awe"]), title="mine", validated=True)
    assert book.select("awe").items["item"].tolist() == ["t2"]
    assert book.select(["awe", "trust"]).elements == ("trust", "awe")
    assert (book.select("awe").title, book.select("awe").validated) == ("mine", True)
    with pytest.raises(SchemaError, match=r"got 'Trust'\. Did you mean 'trust'"):
        book.select("Trust")


def test_from_csv(tmp_path):
    path = tmp_path / "key.csv"
    path.write_text("item,element,low,high,reverse,labels\n01,trust,1,5,yes,no|yes\n02,,0,1,,\n")
    book = Codebook.from_csv(path)
    assert book.title == "key"
    assert book.items["item"].tolist() == ["01", "02"]
    assert book.items["reverse"].tolist() == [True, False]
    assert book.elements == ("trust",)
    assert "key: 1 item for 1 element" in repr(book)
    with pytest.raises(ReadError, match="there is no such file"):
        Codebook.from_csv(tmp_path / "absent.csv")


def test_pyarrow_frames():
    frame = items(element="trust", reverse=[True, False])
    plain, arrow = Codebook(frame), Codebook(frame.convert_dtypes(dtype_backend="pyarrow"))
    pd.testing.assert_frame_equal(plain.items, arrow.items)


def test_wording_is_escaped():
    book = Codebook(items(element="<script>"))
    assert "<script>" not in book._repr_html_()
