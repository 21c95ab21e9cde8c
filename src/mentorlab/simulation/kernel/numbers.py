"""Bits as numbers, and an exponential that is the same on every machine."""

from __future__ import annotations

import math

import numpy as np

from .compiler import compiled, inlined

_TO_UNIT = 2.0**-53
_S11, _S16, _S32, _S48 = np.uint64(11), np.uint64(16), np.uint64(32), np.uint64(48)
_LOW16 = np.uint64(0xFFFF)
# four sixteenths-bit uniforms: mean 2 * 65535, variance 4 * (65536**2 - 1) / 12
_NEAR_NORMAL_MEAN = 2.0 * 65535.0
_NEAR_NORMAL_SCALE = 1.0 / math.sqrt((65536.0**2 - 1.0) / 3.0)
_EXP_LIMIT = 40.0
_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.693145751953125, 1.42860682030941723212e-6
_ROUNDING = 1.5 * 2.0**52
_SIXTH, _C4, _C5, _C6, _C7, _C8 = (1.0 / math.factorial(k) for k in range(3, 9))
_POWERS = np.array([2.0**k for k in range(-60, 61)])


@inlined
def uniform(bits):
    """Turn 64 bits into a number in [0, 1)."""
    return float(bits >> _S11) * _TO_UNIT


@inlined
def near_normal(bits):
    """Turn 64 bits into a number of mean 0 and variance 1, near normal and within 3.5.

    The sum of four 16-bit uniforms (kurtosis 2.7): enough for small weekly noise, and free of
    functions whose last digit differs between machines.
    """
    total = (bits & _LOW16) + ((bits >> _S16) & _LOW16) + ((bits >> _S32) & _LOW16) + (bits >> _S48)
    return (float(total) - _NEAR_NORMAL_MEAN) * _NEAR_NORMAL_SCALE


@inlined
def exponential(x):
    """Give e**x for x within -40..40 (held there), to 2e-10, by plain arithmetic.

    Libraries differ in the last digit of exp, which can turn an event round; products and sums do
    not.
    """
    if x > _EXP_LIMIT:
        x = _EXP_LIMIT
    elif x < -_EXP_LIMIT:
        x = -_EXP_LIMIT
    shifted = x * _LOG2_E + _ROUNDING  # the sum's last digits are the nearest whole number
    k = shifted - _ROUNDING
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    low = (1.0 + r) + r2 * (0.5 + r * _SIXTH)
    high = (_C4 + r * _C5) + r2 * (_C6 + r * _C7)
    return (low + r2 * r2 * (high + r2 * r2 * _C8)) * _POWERS[int(k) + 60]


@compiled
def normal(bits):
    """Turn 64 bits into a standard normal number (Wichura's AS 241, to 1e-16)."""
    p = (float(bits >> _S11) + 0.5) * _TO_UNIT
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _ratio_center(r)
    r = math.sqrt(-math.log(p if q < 0 else 1.0 - p))
    value = _ratio_middle(r - 1.6) if r <= 5.0 else _ratio_tail(r - 5.0)
    return -value if q < 0 else value


@compiled
def _ratio_center(r):
    top = 2509.0809287301226727
    top = top * r + 33430.575583588128105
    top = top * r + 67265.770927008700853
    top = top * r + 45921.953931549871457
    top = top * r + 13731.693765509461125
    top = top * r + 1971.5909503065514427
    top = top * r + 133.14166789178437745
    top = top * r + 3.387132872796366608
    low = 5226.495278852545925
    low = low * r + 28729.085735721942674
    low = low * r + 39307.89580009271061
    low = low * r + 21213.794301586595867
    low = low * r + 5394.1960214247511077
    low = low * r + 687.1870074920579083
    low = low * r + 42.313330701600911252
    return top / (low * r + 1.0)


@compiled
def _ratio_middle(r):
    top = 7.7454501427834140764e-4
    top = top * r + 0.0227238449892691845833
    top = top * r + 0.24178072517745061177
    top = top * r + 1.27045825245236838258
    top = top * r + 3.64784832476320460504
    top = top * r + 5.7694972214606914055
    top = top * r + 4.6303378461565452959
    top = top * r + 1.42343711074968357734
    low = 1.05075007164441684324e-9
    low = low * r + 5.475938084995344946e-4
    low = low * r + 0.0151986665636164571966
    low = low * r + 0.14810397642748007459
    low = low * r + 0.68976733498510000455
    low = low * r + 1.6763848301838038494
    low = low * r + 2.05319162663775882187
    return top / (low * r + 1.0)


@compiled
def _ratio_tail(r):
    top = 2.01033439929228813265e-7
    top = top * r + 2.71155556874348757815e-5
    top = top * r + 0.0012426609473880784386
    top = top * r + 0.026532189526576123093
    top = top * r + 0.29656057182850489123
    top = top * r + 1.7848265399172913358
    top = top * r + 5.4637849111641143699
    top = top * r + 6.6579046435011037772
    low = 2.04426310338993978564e-15
    low = low * r + 1.4215117583164458887e-7
    low = low * r + 1.8463183175100546818e-5
    low = low * r + 7.868691311456132591e-4
    low = low * r + 0.0148753612908506148525
    low = low * r + 0.13692988092273580531
    low = low * r + 0.59983220655588793769
    return top / (low * r + 1.0)
