"""Walk through an SPSS file's records before it is read, since damaged ones crash what reads them.

The layout is that of system files as PSPP's developers have documented it: a header of 176 bytes,
a dictionary of records that each say how long they are, and the cases, mostly compressed. Nothing
is interpreted here; a file passes if every length fits, every reference leads somewhere, and the
cases are as many as announced.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field

HEADER_BYTES = 176
_VARIABLE, _LABELS, _LABELED, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_LARGEST_LABEL = 1_024
_MOST_FORMATS = 42
_CHECKED_BYTES = 30_000_000  # beyond it only the dictionary is walked, which is where harm is done
_MOST_UNPACKED = 1_000_000_000
_RAW, _CASES_END = 253, 252
_KNOWN_SIZES = {3: (4, 8), 4: (8, 3), 16: (8, 2)}
_SHORT_NAME = rb"[A-Za-z@#$\x80-\xff][A-Za-z0-9@#$._\x80-\xff]*"
_LONG_NAMES = re.compile(rb"(?:" + _SHORT_NAME + rb"=[^=\t\x00]+\t?)*\x00*")
_LONG_STRINGS = re.compile(rb"(?:" + _SHORT_NAME + rb"=[0-9]{1,5}\x00*\t?)*\x00*")
_TEXT = re.compile(rb"[\x20-\x7e\x00]*")


class DamagedError(ValueError):
    """A file that is not laid out as an SPSS file is."""


@dataclass
class _Walk:
    """Where the walk stands, and the variables that it met: a width for each place of a case."""

    data: bytes
    order: str
    at: int = HEADER_BYTES
    widths: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    encoding: str = ""

    def take(self, n: int) -> bytes:
        if n < 0 or self.at + n > len(self.data):
            raise DamagedError(f"a record at byte {self.at:,} is longer than the file")
        start, self.at = self.at, self.at + n
        return self.data[start : self.at]

    def whole(self, n: int = 1) -> tuple[int, ...]:
        return struct.unpack(f"{self.order}{n}i", self.take(4 * n))


def check_sav(data: bytes) -> None:
    """Refuse a file whose records do not fit together.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    DamagedError
        With what is wrong.
    """
    if len(data) < HEADER_BYTES:
        raise DamagedError("it ends within its header")
    order = "<" if data[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
    layout, _, compression, _, n_cases = struct.unpack(order + "5i", data[64:84])
    (bias,) = struct.unpack(order + "d", data[84:92])
    if layout not in (2, 3) or compression not in (0, 1, 2) or n_cases < -1:
        raise DamagedError("its header makes no sense")
    if compression and bias != 100.0:
        raise DamagedError("its header makes no sense")
    walk = _Walk(data, order)
    _walk_dictionary(walk)
    if not walk.widths:
        raise DamagedError("it has no variables")
    _check_texts(walk)
    if len(data) - walk.at > _CHECKED_BYTES:
        return
    if compression == 2:
        _count_cases(_unpacked(walk), n_cases, len(walk.widths))
    elif compression == 1:
        _count_cases(data[walk.at :], n_cases, len(walk.widths))
    else:
        _check_plain(len(data) - walk.at, n_cases, len(walk.widths))


def _walk_dictionary(walk: _Walk) -> None:
    while True:
        (kind,) = walk.whole()
        if kind == _VARIABLE:
            _walk_variable(walk)
        elif kind == _LABELS:
            _walk_labels(walk)
        elif kind == _DOCUMENT:
            (lines,) = walk.whole()
            walk.texts.append(walk.take(80 * lines))
        elif kind == _EXTENSION:
            _walk_extension(walk)
        elif kind == _END:
            walk.whole()
            break
        else:
            raise DamagedError(f"there is no record of kind {kind}")
    if _open_places(walk.widths):
        raise DamagedError("a text variable is shorter than announced")


def _walk_variable(walk: _Walk) -> None:
    width, has_label, n_missing, shown, written = walk.whole(5)
    name = walk.take(8)
    expected = _open_places(walk.widths)
    if not -1 <= width <= 255 or (width == -1) != bool(expected):
        raise DamagedError("a text variable is not as long as announced")
    if has_label not in (0, 1) or n_missing not in (-3, -2, 0, 1, 2, 3):
        raise DamagedError("a variable makes no sense")
    if width >= 0 and not re.fullmatch(_SHORT_NAME + b" *", name):
        raise DamagedError("a variable has no proper name")
    for packed in (shown, written):
        kind, columns, decimals = packed >> 16 & 0xFF, packed >> 8 & 0xFF, packed & 0xFF
        is_text = kind in (1, 2)
        if width >= 0 and (packed >> 24 or not 0 < kind < _MOST_FORMATS or is_text != (width > 0)):
            raise DamagedError("a variable has no proper format")
        if width >= 0 and (not columns or decimals > 40):
            raise DamagedError("a variable has no proper format")
    if has_label:
        (n,) = walk.whole()
        if not 0 <= n <= _LARGEST_LABEL:
            raise DamagedError("a label is longer than can be")
        walk.texts.append(walk.take(-(-n // 4) * 4)[:n])
    if n_missing and width == -1:
        raise DamagedError("a variable makes no sense")
    walk.take(8 * abs(n_missing))
    walk.widths.append(width)


def _open_places(widths: list[int]) -> int:
    """Tell how many more places the last text variable needs."""
    for n_after, width in enumerate(reversed(widths)):
        if width != -1:
            return max(-(-width // 8) - 1, 0) - n_after
    return 0


def _walk_labels(walk: _Walk) -> None:
    (n,) = walk.whole()
    if n < 0:
        raise DamagedError("value labels make no sense")
    values = []
    for _ in range(n):
        values.append(walk.take(8))
        length = walk.take(1)[0]
        walk.texts.append(walk.take(-(-(length + 1) // 8) * 8 - 1)[:length])
    kind, n = walk.whole(2)
    if kind != _LABELED or n < 1:
        raise DamagedError("value labels belong to no variable")
    places = walk.whole(n)
    for place in places:
        if not 1 <= place <= len(walk.widths) or not -1 < walk.widths[place - 1] <= 8:
            raise DamagedError("value labels belong to no variable")
    if len({walk.widths[place - 1] > 0 for place in places}) > 1:
        raise DamagedError("value labels belong to no variable")
    if walk.widths[places[0] - 1] > 0:
        walk.texts += values


def _check_texts(walk: _Walk) -> None:
    """Refuse names and labels that are not written in the encoding that the file names."""
    if not walk.encoding:
        return
    try:
        for text in walk.texts:
            text.decode(walk.encoding)
    except LookupError:
        raise DamagedError(f"its encoding {walk.encoding!r} is not known") from None
    except UnicodeDecodeError:
        raise DamagedError(f"a name or label is not written in {walk.encoding}") from None


def _walk_extension(walk: _Walk) -> None:
    kind, size, n = walk.whole(3)
    if size < 1 or n < 0:
        raise DamagedError("an extension makes no sense")
    expected = _KNOWN_SIZES.get(kind)
    if expected and expected != (size, n):
        raise DamagedError(f"an extension of kind {kind} makes no sense")
    content = walk.take(size * n)
    variables = sum(width >= 0 for width in walk.widths)
    if kind == 11 and (size != 4 or n not in (2 * variables, 3 * variables)):
        raise DamagedError("the display of variables makes no sense")
    patterns = {13: _LONG_NAMES, 14: _LONG_STRINGS, 20: _TEXT}
    if kind in patterns and not patterns[kind].fullmatch(content):
        raise DamagedError("names of variables make no sense")
    if kind in (5, 7, 13, 14, 17, 18):
        walk.texts.append(content)
    if kind == 20:
        walk.encoding = content.rstrip(b"\x00 ").decode("ascii")
    if kind in (21, 22):
        walk.texts += _walk_long_text(content, walk.order, labels=kind == 21)


def _walk_long_text(content: bytes, order: str, *, labels: bool) -> list[bytes]:
    """Walk through value labels or missing values of long text variables, and give their texts."""
    part = _Walk(content, order, at=0)
    texts = []
    while part.at < len(content):
        texts.append(part.take(part.whole()[0]))
        if labels:
            _, n_labels = part.whole(2)
            for _ in range(n_labels):
                texts.append(part.take(part.whole()[0]))
                texts.append(part.take(part.whole()[0]))
        else:
            n_values = part.take(1)[0]
            (n,) = part.whole()
            texts.append(part.take(n * n_values))
    return texts


def _check_plain(n_bytes: int, n_cases: int, n_places: int) -> None:
    if n_bytes % (8 * n_places) or (n_cases >= 0 and n_bytes != 8 * n_places * n_cases):
        raise DamagedError("its cases are not as many as announced")


def _unpacked(walk: _Walk) -> bytes:
    """Unpack cases that were packed by zlib, no further than cases of this size can go."""
    walk.take(24)
    unpack = zlib.decompressobj()
    rest, pieces, n = walk.data[walk.at :], [], 0
    try:
        while rest and len(rest) > 24:
            piece = unpack.decompress(rest, _MOST_UNPACKED - n)
            n += len(piece)
            pieces.append(piece)
            if n >= _MOST_UNPACKED:
                raise DamagedError("its cases unpack to more than can be")
            if not unpack.eof:
                break
            rest, unpack = unpack.unused_data, zlib.decompressobj()
            if rest[:1] != b"\x78":
                break
    except zlib.error as error:
        raise DamagedError("its cases can't be unpacked") from error
    return b"".join(pieces)


def _count_cases(packed: bytes, n_cases: int, n_places: int) -> None:
    """Count the values that compressed cases hold: eight codes, then what they could not hold."""
    at, n_values, ended = 0, 0, False
    while at + 8 <= len(packed) and not ended:
        codes = packed[at : at + 8]
        at += 8
        if _CASES_END in codes:
            codes = codes[: codes.index(_CASES_END)]
            ended = True
        n_values += len(codes) - codes.count(0)
        at += 8 * codes.count(_RAW)
    if at > len(packed):
        raise DamagedError("its cases break off")
    if n_values % n_places or (n_cases >= 0 and n_values != n_cases * n_places):
        raise DamagedError("its cases are not as many as announced")
