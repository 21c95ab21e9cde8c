"""The shell that all widgets share: a state in, a view out, controls around it.

A widget is a frozen `State` of plain values, a pure `render(state, progress) -> View`, a `Picture`
and a list of controls. This module adds what is the same for all: caching, the status line, work
in the background, errors in words, and the order in which the parts of the page change. It does no
arithmetic.
"""

from __future__ import annotations

from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import fields
from html import escape
from threading import Lock
from typing import Any

import ipywidgets as W  # noqa: N812 (its usual short name)
import pandas as pd

from ..errors import MentorlabError, OptionError, quote
from .controls import CLASS, Control
from .picture import Picture
from .view import Static, View
from .worker import IsCurrent, LatestWorker, Progress, Stopped

INLINE_MS = 150
N_REMEMBERED = 64

Render = Callable[[Any, Progress], View]
_HINT = "Tab reaches a control; arrow keys move a slider, Space presses a button."


class Explorer:
    """A widget: controls, a picture, a table, and the line of code that gives them again.

    Parameters
    ----------
    state : frozen dataclass
        Where to start; plain hashable values only.
    controls : sequence of Control
        One for each field of the state that a user can change.
    render : callable
        ``(state, progress) -> View``, pure. Long work calls ``progress(done, total)`` now and then
        and lets what it raises pass.
    picture : callable
        Makes the `Picture`; called once here, and once for each `static`.
    estimate_ms : callable, optional
        Milliseconds that a state will take. Above 150 the work goes to a thread: the newest state
        wins, the status line says how far it is, and a button cancels it.

    Attributes
    ----------
    box : ipywidgets.VBox
        All of it, to put into a layout of your own.
    controls : dict of str to ipywidgets.ValueWidget
        The controls by name.

    Raises
    ------
    MentorlabError
        What the first view raises: a widget without a first view would have nothing to show.
    """

    def __init__(
        self,
        *,
        state: Any,
        controls: Sequence[Control],
        render: Render,
        picture: Callable[[], Picture],
        estimate_ms: Callable[[Any], float] = lambda _: 0,
    ) -> None:
        self._specs = {control.name: control for control in controls}
        self._render = render
        self._make_picture = picture
        self._estimate_ms = estimate_ms
        self._state = state
        self._seen: OrderedDict[Any, View] = OrderedDict()
        self._worker = LatestWorker()
        self._drawing = Lock()
        self._settling = False
        self._n_shown = 0
        self.error = ""
        self.controls = {c.name: c.build(getattr(state, c.name)) for c in controls}
        self._make_page(picture())
        self._present(self._view(state, Progress(_tell_nobody, _always)))
        for control in self.controls.values():
            control.observe(self._changed, names="value")

    @property
    def state(self) -> Any:
        """What the controls say; set it to move them all at once."""
        return self._state

    @state.setter
    def state(self, state: Any) -> None:
        if type(state) is not type(self._state):
            kind = type(self._state).__name__
            raise OptionError(f"state: must be a {kind}; got {quote(state)}.")
        for name, spec in self._specs.items():
            spec.check(getattr(state, name))
        self._settling = True
        try:
            for name, control in self.controls.items():
                control.value = getattr(state, name)
        finally:
            self._settling = False
        self._show(state)

    @property
    def result(self) -> View:
        """The view that was shown last."""
        return self._result

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers behind the picture, a copy."""
        return self._result.frame.copy()

    @property
    def code(self) -> str:
        """The line of code that gives the shown numbers again."""
        return self._result.code

    @property
    def status(self) -> str:
        """What the status line says."""
        return self._said

    def static(self) -> Static:
        """Give what is shown as a figure and a table that need no running kernel."""
        return Static(self._result, self._make_picture())

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for work in the background; tell whether it ended before `timeout` seconds."""
        return self._worker.wait(timeout)

    def cancel(self, _: Any = None) -> None:
        """Stop work in the background; the earlier view stays."""
        if self._worker.busy:
            self._worker.supersede()
            with self._drawing:
                self._cancel.layout.display = "none"
                self._say("canceled; the picture and the table are those of the earlier setting")

    def close(self) -> None:
        """Stop work and take the widget off the page."""
        self._worker.supersede()
        self.box.close()

    def __repr__(self) -> str:
        return self._result.to_text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "image/png": b64encode(self._image.value).decode("ascii"),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.box.model_id,
            },
        }

    def _make_page(self, picture: Picture) -> None:
        self.picture = picture
        width, height = picture.pixels
        self._image = W.Image(
            format="png",
            width=width,
            height=height,
            layout={"max_width": "100%", "height": "auto", "object_fit": "contain"},
        )
        self._table, self._code, self._status = W.HTML(), W.HTML(), W.HTML()
        self._cancel = W.Button(
            description="Cancel",
            tooltip="Stop the work that is running",
            layout={"display": "none", "width": "auto"},
        )
        self._cancel.on_click(self.cancel)
        self._shown = W.VBox([self._image, self._table, self._code])
        named = {
            "picture": self._image,
            "table": self._table,
            "code": self._code,
            "status": self._status,
            "cancel": self._cancel,
        }
        for name, part in named.items():
            part.add_class(f"{CLASS}-{name}")
        row = {"flex_flow": "row wrap", "align_items": "center"}
        self.box = W.VBox(
            [
                W.HBox(list(self.controls.values()), layout=row),
                W.HBox([self._status, self._cancel], layout=row),
                self._shown,
            ]
        )
        self.box.add_class(f"{CLASS}-explorer")

    def _changed(self, _: Any) -> None:
        if not self._settling:
            values = {name: control.value for name, control in self.controls.items()}
            kept = {f.name: getattr(self._state, f.name) for f in fields(self._state)}
            self._show(type(self._state)(**{**kept, **values}))

    def _show(self, state: Any) -> None:
        self._state = state
        self._worker.supersede()
        if state in self._seen or self._estimate_ms(state) <= INLINE_MS:
            self._attempt(state, Progress(_tell_nobody, _always), lambda: self._state is state)
            return
        with self._drawing:
            self._cancel.layout.display = ""
            self._say("running")
        self._worker.submit(lambda is_current: self._work(state, is_current))

    def _work(self, state: Any, is_current: IsCurrent) -> None:
        def tell(done: int, total: int) -> None:
            with self._drawing:
                if is_current():
                    self._say(f"running {done:,}/{total:,}")

        self._attempt(state, Progress(tell, is_current), is_current)

    def _attempt(self, state: Any, progress: Progress, is_current: IsCurrent) -> None:
        try:
            view = self._view(state, progress)
            with self._drawing:
                if is_current():
                    self._present(view)
        except Stopped:
            return
        except MentorlabError as error:
            self._fail(str(error), is_current)
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}", is_current)
            raise

    def _view(self, state: Any, progress: Progress) -> View:
        view = self._seen.get(state)
        if view is None:
            view = self._render(state, progress)
            self._seen[state] = view
            if len(self._seen) > N_REMEMBERED:
                self._seen.popitem(last=False)
        return view

    def _present(self, view: View) -> None:
        self.picture.update(view.answer)
        png = self.picture.png()
        self._n_shown += 1
        self._result, self.error = view, ""
        with ExitStack() as held:
            for part in (self._status, self._code, self._table, self._image):
                held.enter_context(part.hold_sync())
            self._image.value = png
            self._table.value = view.to_html()
            self._code.value = _code_html(view.code)
            self._say(f"ready {self._n_shown}")
        self._shown.layout.visibility = "visible"
        self._cancel.layout.display = "none"

    def _fail(self, message: str, is_current: IsCurrent) -> None:
        with self._drawing:
            if is_current():
                self.error = message
                self._shown.layout.visibility = "hidden"
                self._cancel.layout.display = "none"
                self._say(message)

    def _say(self, text: str) -> None:
        self._said = text
        words = escape(text).replace("\n", "<br>")
        self._status.value = (
            f'<div role="status" aria-live="polite" style="line-height:1.4">{words}'
            f' <span style="opacity:.7">&middot; {_HINT}</span></div>'
        )


def _code_html(code: str) -> str:
    return (
        '<div style="line-height:1.4">The same numbers in code: '
        f'<code style="user-select:all;white-space:pre-wrap">{escape(code)}</code></div>'
    )


def _tell_nobody(done: int, total: int) -> None:
    """Quick work has nothing to report."""


def _always() -> bool:
    return True
