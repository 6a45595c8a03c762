"""QR codes of short texts, as squares that anybody may draw.

Byte mode, error correction level M (15 % may be worn off), versions 1 to 10. Source: ISO/IEC 18004:2015, clause 7
(order of steps), table 9 (blocks), annexes A (Reed-Solomon), C (format) and D (version).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from gridmgmt_plugin.core.errors import InputError

#: White squares that a reader needs around the code (clause 5.3.8).
QUIET = 4
# Dots of the picture along a square, and how every PNG begins (ISO/IEC 15948).
_DOTS, _PNG = 8, b"\x89PNG\r\n\x1a\n"
# Of level M for versions 1, 2 …: codewords of error correction in each block, and blocks.
_CORRECTION = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26)
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5)
_ALIGNMENT = ((), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46), (6, 28, 50))
_BYTE_MODE, _LEVEL_M, _PADDING = 0b0100, 0b00, (0xEC, 0x11)
_FIELD, _FORMAT, _FORMAT_MASK, _VERSION = 0x11D, 0x537, 0x5412, 0x1F25
_LONG_COUNT_FROM, _VERSION_SHOWN_FROM = 10, 7

Mask = Callable[[np.ndarray, np.ndarray], np.ndarray]
_MASKS: tuple[Mask, ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 + 0 * column == 0,
    lambda row, column: column % 3 + 0 * row == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)


def qr_squares(text: str) -> np.ndarray:
    """Return the squares of the code, bool (n, n) without the quiet zone: true is dark.

    :raises InputError: ``qr_text_too_long`` for more than 213 bytes of UTF-8.
    """
    content = text.encode("utf-8")
    version = _smallest_version(len(content))
    patterns, fixed, rows, columns = _blank(version)
    dark = patterns.copy()
    size = len(dark)
    bits = np.unpackbits(np.array(_codewords(content, version), dtype=np.uint8)).astype(bool)
    dark[rows[: len(bits)], columns[: len(bits)]] = bits
    row, column = np.indices((size, size))
    best: np.ndarray | None = None
    least = np.inf
    for number, mask in enumerate(_MASKS):
        tried = dark ^ (mask(row, column) & ~fixed)
        _draw_format(tried, number)
        penalty = _penalty(tried)
        if penalty < least:
            best, least = tried, penalty
    assert best is not None
    return best


def qr_png(text: str) -> bytes:
    """Return the code as a PNG picture in black and white, with the white zone that readers need around it.

    :raises InputError: as :func:`qr_squares`.
    """
    light = ~np.pad(qr_squares(text), QUIET)
    dots = np.kron(light, np.ones((_DOTS, _DOTS), dtype=bool))
    height, width = dots.shape
    lines = np.hstack([np.zeros((height, 1), dtype=np.uint8), np.packbits(dots, axis=1)])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return _PNG + b"".join(map(_png_piece, pieces))


def _png_piece(piece: tuple[bytes, bytes]) -> bytes:
    kind, content = piece
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# The codewords.


def _room(version: int) -> int:
    """Return how many codewords a version holds, those of error correction among them."""
    bits = (16 * version + 128) * version + 64
    count = len(_ALIGNMENT[version - 1])
    if count:
        bits -= (25 * count - 10) * count - 55
    return (bits - (36 if version >= _VERSION_SHOWN_FROM else 0)) // 8


def _data_room(version: int) -> int:
    return _room(version) - _CORRECTION[version - 1] * _BLOCKS[version - 1]


def _smallest_version(length: int) -> int:
    for version in range(1, len(_BLOCKS) + 1):
        head = 4 + (16 if version >= _LONG_COUNT_FROM else 8)
        if head + 8 * length <= 8 * _data_room(version):
            return version
    raise InputError("qr_text_too_long", length=length)


def _codewords(content: bytes, version: int) -> list[int]:
    """Return data and error correction in the order in which they are drawn."""
    room = _data_room(version)
    count_bits = 16 if version >= _LONG_COUNT_FROM else 8
    bits = f"{_BYTE_MODE:04b}{len(content):0{count_bits}b}" + "".join(f"{byte:08b}" for byte in content)
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    data += [_PADDING[at % 2] for at in range(room - len(data))]
    blocks, correction = _BLOCKS[version - 1], _CORRECTION[version - 1]
    short, longer = divmod(room, blocks)
    parts: list[list[int]] = []
    at = 0
    for number in range(blocks):
        length = short + (number >= blocks - longer)
        parts.append(data[at : at + length])
        at += length
    generator = _generator(correction)
    checks = [_remainder(part, generator) for part in parts]
    return [*_interleaved(parts), *_interleaved(checks)]


def _interleaved(parts: Sequence[Sequence[int]]) -> list[int]:
    return [part[at] for at in range(max(map(len, parts))) for part in parts if at < len(part)]


@cache
def _powers() -> tuple[list[int], list[int]]:
    """Return the powers of 2 in the field of 256 elements, twice in a row, and the logarithm of each element."""
    powers, logs = [1] * 510, [0] * 256
    for at in range(1, 255):
        doubled = powers[at - 1] << 1
        powers[at] = doubled ^ _FIELD if doubled > 0xFF else doubled
        logs[powers[at]] = at
    powers[255:] = powers[:255]
    return powers, logs


def _times(one: int, other: int) -> int:
    powers, logs = _powers()
    return powers[logs[one] + logs[other]] if one and other else 0


@cache
def _generator(degree: int) -> tuple[int, ...]:
    found = [0] * (degree - 1) + [1]
    root = 1
    for _ in range(degree):
        for at in range(degree):
            found[at] = _times(found[at], root) ^ (found[at + 1] if at + 1 < degree else 0)
        root = _times(root, 2)
    return tuple(found)


def _remainder(data: Sequence[int], generator: Sequence[int]) -> list[int]:
    rest = [0] * len(generator)
    for byte in data:
        factor = byte ^ rest.pop(0)
        rest.append(0)
        rest = [have ^ _times(part, factor) for have, part in zip(rest, generator)]
    return rest


# The squares.


@cache
def _blank(version: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return what is the same in every code of a version, where that is, and rows and columns of the free squares in
    their order; nobody may change them.
    """
    size = 17 + 4 * version
    dark, fixed = np.zeros((size, size), dtype=bool), np.zeros((size, size), dtype=bool)
    _draw_patterns(dark, fixed, version)
    free = np.array(_free_squares(fixed), dtype=np.int64)
    return dark, fixed, free[:, 0], free[:, 1]


def _draw_patterns(dark: np.ndarray, fixed: np.ndarray, version: int) -> None:
    """Draw what is the same in every code of a version, and keep the place of the format."""
    size = len(dark)
    dark[6, ::2] = dark[::2, 6] = True
    fixed[6, :] = fixed[:, 6] = True
    finder = np.zeros((8, 8), dtype=bool)
    finder[:7, :7] = True
    finder[1:6, 1:6] = False
    finder[2:5, 2:5] = True
    dark[:8, :8], dark[:8, -8:], dark[-8:, :8] = finder, finder[:, ::-1], finder[::-1]
    fixed[:9, :9] = fixed[:9, -8:] = fixed[-8:, :9] = True
    places = _ALIGNMENT[version - 1]
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for middle in ((row, column) for row in places for column in places if (row, column) not in corners):
        square = np.s_[middle[0] - 2 : middle[0] + 3, middle[1] - 2 : middle[1] + 3]
        fixed[square] = dark[square] = True
        dark[middle[0] - 1 : middle[0] + 2, middle[1] - 1 : middle[1] + 2] = False
        dark[middle] = True
    if version >= _VERSION_SHOWN_FROM:
        bits = version << 12 | _bch(version << 12, _VERSION)
        shown = np.array([bits >> at & 1 for at in range(18)], dtype=bool).reshape(6, 3)
        dark[:6, -11:-8], dark[-11:-8, :6] = shown, shown.T
        fixed[:6, -11:-8] = fixed[-11:-8, :6] = True


def _bch(value: int, generator: int) -> int:
    while value.bit_length() >= generator.bit_length():
        value ^= generator << value.bit_length() - generator.bit_length()
    return value


def _free_squares(fixed: np.ndarray) -> list[tuple[int, int]]:
    """Return the free squares upwards and downwards in turns, two columns at a time from the right."""
    size = len(fixed)
    found = []
    upward = True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for row in range(size - 1, -1, -1) if upward else range(size):
            found += [(row, column) for column in (right, right - 1) if not fixed[row, column]]
        upward = not upward
    return found


def _draw_format(dark: np.ndarray, mask: int) -> None:
    size = len(dark)
    value = _LEVEL_M << 3 | mask
    bits = (value << 10 | _bch(value << 10, _FORMAT)) ^ _FORMAT_MASK
    shown = [bool(bits >> at & 1) for at in range(15)]
    beside_first = [
        *((row, 8) for row in (0, 1, 2, 3, 4, 5, 7, 8)),
        *((8, column) for column in (7, 5, 4, 3, 2, 1, 0)),
    ]
    beside_others = [*((8, size - 1 - at) for at in range(8)), *((size - 15 + at, 8) for at in range(8, 15))]
    for places in (beside_first, beside_others):
        for place, bit in zip(places, shown):
            dark[place] = bit
    dark[size - 8, 8] = True


def _penalty(dark: np.ndarray) -> int:
    """Return how hard the squares are to read, clause 7.8.3.1."""
    lines = np.vstack([dark, dark.T])
    changes: np.ndarray = np.ones((len(lines), len(dark) + 1), dtype=bool)
    changes[:, 1:-1] = lines[:, 1:] != lines[:, :-1]
    lengths = np.diff(np.flatnonzero(changes))  # from the end of a line to the next begin is one
    found = int((lengths[lengths >= 5] - 2).sum())
    windows = np.lib.stride_tricks.sliding_window_view(lines, 11, axis=1) @ (1 << np.arange(10, -1, -1))
    found += 40 * int(np.isin(windows, _LIKE_FINDER).sum())
    same = (dark[:-1, :-1] == dark[1:, :-1]) & (dark[:-1, :-1] == dark[:-1, 1:]) & (dark[:-1, :-1] == dark[1:, 1:])
    return found + 3 * int(same.sum()) + 10 * int(abs(dark.mean() - 0.5) * 20)


_LIKE_FINDER = (0b10111010000, 0b00001011101)
