#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The digests in fill_test.cpp, made without any code of ours: Philox4x32-10 from its paper, the
normal quantile from Python's statistics (Wichura's AS 241, with the libm's logarithm)."""
import hashlib
import math
import struct
from statistics import NormalDist

MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [p1 >> 32 ^ c[1] ^ k[0], p1 & MASK, p0 >> 32 ^ c[3] ^ k[1], p0 & MASK]
        k = [k[0] + 0x9E3779B9 & MASK, k[1] + 0xBB67AE85 & MASK]
    return c


def bf16(x):
    """x rounded once: through f32, and mended where that rounding made a tie."""
    bits = struct.unpack("<I", struct.pack("<f", x))[0]
    wide = struct.unpack("<f", struct.pack("<f", x))[0]
    if bits & 0xFFFF == 0x8000 and wide != x:
        return (bits >> 16) + (abs(x) > abs(wide))
    return bits + 0x7FFF + (bits >> 16 & 1) >> 16 & 0xFFFF


def clamp(x, low, high):
    return max(low, min(high, x))


words = [w for i in range(1024) for w in philox((i, 0, 0, 0), (1, 0))]
uniform = [(w + 0.5) / 2**32 for w in words]
normal = [NormalDist().inv_cdf(u) for u in uniform]
whole = [math.floor(u * 9) - 4 for u in uniform]
nibble = [math.floor(u * 16) - 8 & 15 for u in uniform]


def pack(form, values):
    return b"".join(struct.pack("<" + form, v) for v in values)


ROWS = [
    ("f32 normal", pack("f", normal)),
    ("bf16 normal", pack("H", map(bf16, normal))),
    ("i8 normal", pack("b", (clamp(round(32 * z), -127, 127) for z in normal))),
    ("u8 normal", pack("B", (clamp(round(128 + 32 * z), 0, 255) for z in normal))),
    ("f64 uniform", pack("d", (2 * u - 1 for u in uniform))),
    ("f32 uniform", pack("f", (2 * u - 1 for u in uniform))),
    ("f16 uniform", pack("e", (2 * u - 1 for u in uniform))),
    ("i8 uniform", pack("b", (math.floor(u * 255) - 127 for u in uniform))),
    ("i4 uniform", bytes(a | b << 4 for a, b in zip(nibble[::2], nibble[1::2]))),
    ("i32 integers", pack("i", whole)),
]
for name, data in ROWS:
    print(name, hashlib.sha256(data).hexdigest())
