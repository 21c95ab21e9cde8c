import logging

import matplotlib.pyplot as plt
import pytest
from toy import ToyState

from mentorlab.errors import OptionError

SECONDS = 10


def test_the_first_view_is_there_at_once(toy):
    assert toy.explorer.result.answer == 0
    assert toy.explorer.status == "ready 1"
    assert toy.explorer.code == "toy(0)"


def test_a_control_moves_the_view(toy):
    toy.explorer.controls["number"].value = 3
    assert toy.explorer.state == ToyState(3)
    assert toy.explorer.result.answer == 3
    assert toy.explorer.frame["number"].tolist() == [3]


def test_the_status_line_counts_pictures(toy):
    for number in (1, 2, 1):
        toy.explorer.controls["number"].value = number
    assert toy.explorer.status == "ready 4"


def test_setting_the_state_moves_controls_and_renders_once(toy):
    toy.explorer.state = ToyState(4)
    assert toy.explorer.controls["number"].value == 4
    assert toy.rendered == [0, 4]


def test_a_state_that_was_seen_is_not_rendered_again(toy):
    for number in (1, 2, 1, 0):
        toy.explorer.controls["number"].value = number
    assert toy.rendered == [0, 1, 2]


def test_a_state_out_of_range_is_refused_in_words(toy):
    with pytest.raises(OptionError, match=r"`number` must lie in 0\.\.10; got 11"):
        toy.explorer.state = ToyState(11)
    assert toy.explorer.state == ToyState(0)


def test_a_state_of_another_kind_is_refused(toy):
    with pytest.raises(OptionError, match="must be a ToyState; got 3"):
        toy.explorer.state = 3


def test_picture_table_and_code_change_before_the_status_line(toy, monkeypatch):
    sent = []
    explorer = toy.explorer
    parts = {
        "picture": explorer._image,
        "table": explorer._table,
        "code": explorer._code,
        "status": explorer._status,
    }
    for name, part in parts.items():
        monkeypatch.setattr(
            part, "send_state", lambda *_, name=name, **__: sent.append(name), raising=True
        )
    explorer.controls["number"].value = 5
    assert sent == ["picture", "table", "code", "status"]


def test_our_errors_stand_in_the_status_line_and_nothing_is_shown_for_them(toy):
    toy.explorer.controls["number"].value = 8
    assert toy.explorer.status == "toy: eight <is> too much."
    assert "eight &lt;is&gt; too much" in toy.explorer._status.value
    assert toy.explorer.error == toy.explorer.status
    assert toy.explorer._shown.layout.visibility == "hidden"
    assert toy.explorer.result.answer == 0


def test_the_view_comes_back_after_an_error(toy):
    toy.explorer.controls["number"].value = 8
    toy.explorer.controls["number"].value = 7
    assert toy.explorer._shown.layout.visibility == "visible"
    assert toy.explorer.error == ""
    assert toy.explorer.status == "ready 2"


def test_unexpected_errors_are_named_and_raised(toy):
    with pytest.raises(RuntimeError, match="nine broke"):
        toy.explorer.controls["number"].value = 9
    assert toy.explorer.status == "RuntimeError: nine broke"


def test_unexpected_errors_in_the_background_are_named_and_logged(toy, caplog):
    toy.let_go()
    with caplog.at_level(logging.ERROR, "mentorlab.widgets"):
        toy.start(9)
        assert toy.explorer.wait(SECONDS)
    assert toy.explorer.status == "RuntimeError: nine broke"
    assert "nine broke" in caplog.text


def test_our_errors_in_the_background_stand_in_the_status_line(toy):
    toy.let_go()
    toy.start(8)
    assert toy.explorer.wait(SECONDS)
    assert toy.explorer.status == "toy: eight <is> too much."


def test_slow_work_runs_in_the_background_and_tells_how_far_it_is(toy):
    toy.start(1)
    toy.wait_at_gate()
    assert toy.explorer.status == "running 1/2"
    assert toy.explorer.result.answer == 0
    toy.let_go()
    assert toy.explorer.wait(SECONDS)
    assert toy.explorer.result.answer == 1
    assert toy.explorer.status == "ready 2"


def test_the_newest_state_wins_and_those_between_are_never_begun(toy):
    toy.start(1)
    toy.wait_at_gate()
    for number in (2, 3, 4):
        toy.start(number)
    toy.let_go()
    assert toy.explorer.wait(SECONDS)
    assert toy.rendered == [0, 1, 4]
    assert toy.explorer.result.answer == 4
    assert toy.explorer.status == "ready 2"


def test_quick_work_overtakes_slow_work(toy):
    toy.start(1)
    toy.wait_at_gate()
    toy.explorer.state = ToyState(5)
    assert toy.explorer.result.answer == 5
    toy.let_go()
    assert toy.explorer.wait(SECONDS)
    assert toy.explorer.result.answer == 5
    assert toy.explorer.status == "ready 2"


def test_cancel_keeps_the_earlier_view_and_says_so(toy):
    toy.start(1)
    toy.wait_at_gate()
    assert toy.explorer._cancel.layout.display == ""
    toy.explorer._cancel.click()
    assert toy.explorer.status.startswith("canceled; the picture and the table are those of")
    assert toy.explorer._cancel.layout.display == "none"
    toy.let_go()
    assert toy.explorer.wait(SECONDS)
    assert toy.explorer.result.answer == 0
    assert toy.explorer.status.startswith("canceled")


def test_cancel_without_work_does_nothing(toy):
    toy.explorer.cancel()
    assert toy.explorer.status == "ready 1"


def test_work_that_was_canceled_can_be_asked_for_again(toy):
    toy.start(1)
    toy.wait_at_gate()
    toy.explorer.cancel()
    toy.let_go()
    assert toy.explorer.wait(SECONDS)
    toy.start(1)
    assert toy.explorer.wait(SECONDS)
    assert toy.explorer.result.answer == 1


def test_the_figure_is_made_once_and_without_pyplot(toy):
    figure, before = toy.explorer.picture.figure, plt.get_fignums()
    for number in range(1, 6):
        toy.explorer.controls["number"].value = number
    assert toy.explorer.picture.figure is figure
    assert len(figure.axes) == 1
    assert toy.explorer.picture.point.get_xdata() == [5]
    assert plt.get_fignums() == before


def test_the_page_holds_no_output_widget(toy):
    def kinds(widget):
        yield type(widget).__name__
        for child in getattr(widget, "children", ()):
            yield from kinds(child)

    assert "Output" not in set(kinds(toy.explorer.box))


def test_the_display_has_a_picture_and_the_same_text_each_time(toy):
    bundle = toy.explorer._repr_mimebundle_()
    assert set(bundle) == {
        "text/plain",
        "image/png",
        "application/vnd.jupyter.widget-view+json",
    }
    assert bundle["text/plain"] == "Number 0\nnumber\n     0\n- a toy\ntoy(0)"


def test_static_has_a_figure_of_its_own(toy):
    static = toy.explorer.static()
    toy.explorer.controls["number"].value = 6
    assert static.view.answer == 0
    assert static.figure is not toy.explorer.picture.figure
    assert static.figure.axes[0].lines[0].get_xdata() == [0]
