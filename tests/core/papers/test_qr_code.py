"""A phone reads what the code was made of, in every size, and with a part of it worn off."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.papers.qr_code import QUIET, qr_png, qr_squares

zxingcpp = pytest.importorskip("zxingcpp", reason="the independent reader of codes is not installed")


def _picture(squares: np.ndarray) -> np.ndarray:
    whole = np.pad(squares, QUIET)
    return np.where(np.kron(whole, np.ones((4, 4), dtype=bool)), 0, 255).astype(np.uint8)


def _read(squares: np.ndarray) -> str:
    found = zxingcpp.read_barcodes(_picture(squares), formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].bytes.decode("utf-8") if found else ""


# The longest text of each version, and one more, which takes the next.
@pytest.mark.parametrize("length", [1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 180, 181, 213])
def test_a_code_of_any_size_is_read(length: int) -> None:
    text = "".join(chr(ord("0") + at * 7 % 75) for at in range(length))
    assert _read(qr_squares(text)) == text


def test_a_lane_code_and_chinese_are_read() -> None:
    for text in ("110101001001LX0001", "大石桥胡同 110101001", ""):
        assert _read(qr_squares(text)) == text


def test_a_worn_corner_does_not_matter() -> None:
    squares = qr_squares("110101001001LX0001")
    squares[9:13, 9:13] = ~squares[9:13, 9:13]
    assert _read(squares) == "110101001001LX0001"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="214"):
        qr_squares("x" * 214)


def test_the_picture_shows_the_squares_in_their_white_zone() -> None:
    png = qr_png("1234")
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    length = struct.unpack(">I", png[33:37])[0]
    lines = np.frombuffer(zlib.decompress(png[41 : 41 + length]), dtype=np.uint8).reshape(height, -1)
    light = np.unpackbits(lines[:, 1:], axis=1)[:, :width].astype(bool)
    dots = width // (len(qr_squares("1234")) + 2 * QUIET)
    assert np.array_equal(~light[::dots, ::dots], np.pad(qr_squares("1234"), QUIET))
