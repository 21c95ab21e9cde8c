"""The partial likelihood of Cox's model in one backward pass over time."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def sweep(x, risk, weight, entry, time, hit, stratum, by_time, by_entry, efron):  # pragma: no cover
    """Go back in time through each stratum; rows join at their end and leave at their entry.

    Parameters
    ----------
    x : float array, shape (n, p)
        Covariates.
    risk : float array, shape (n,)
        Relative hazards exp(x b), without weights.
    weight, entry, time : float arrays, shape (n,)
    hit : bool array, shape (n,)
        Whether the spell ended in the event.
    stratum : int array, shape (n,)
    by_time, by_entry : int arrays, shape (n,)
        Orders by stratum and then by falling `time`, falling `entry`.
    efron : bool
        Ties as if broken at random (Efron), else all at once (Breslow).

    Returns
    -------
    steps : float array, shape (s, 3)
        For each distinct event time: number of tied events, their weight, and time.
    where : int array, shape (s,)
        Stratum of each event time.
    loglik, score, information
        Sums over event times; score without the covariates of the events themselves.
    jump, jump_x : float arrays, shape (s,), (s, p)
        Increase of the baseline hazard and of hazard times mean covariates, for rows at risk.
    own, own_x : the same for rows that end there (smaller for Efron's ties).
    mean : float array, shape (s, p)
        Mean covariates at risk over the ties.
    spread : float array, shape (s, p, p)
        Weighted covariance of covariates at risk, summed over the ties.
    """
    n, p = x.shape
    s0, s1, s2 = 0.0, np.zeros(p), np.zeros((p, p))
    d0, d1, d2 = 0.0, np.zeros(p), np.zeros((p, p))
    steps, where = np.zeros((n, 3)), np.zeros(n, np.int64)
    jump, own = np.zeros(n), np.zeros(n)
    jump_x, own_x, mean = np.zeros((n, p)), np.zeros((n, p)), np.zeros((n, p))
    n_events = 0
    for i in range(n):
        if hit[i]:
            n_events += 1
    spread = np.zeros((n_events, p, p))
    loglik = 0.0
    k, i, out = 0, 0, 0
    current = -1
    while i < n:
        row = by_time[i]
        if stratum[row] != current:
            current = stratum[row]
            s0 = 0.0
            s1[:] = 0.0
            s2[:] = 0.0
            out = i
        t = time[row]
        d0 = 0.0
        d1[:] = 0.0
        d2[:] = 0.0
        ties, tied_weight, tied_log = 0, 0.0, 0.0
        j = i
        while j < n and stratum[by_time[j]] == current and time[by_time[j]] == t:
            r = by_time[j]
            w = weight[r] * risk[r]
            s0 += w
            for a in range(p):
                s1[a] += w * x[r, a]
                for b in range(a + 1):
                    s2[a, b] += w * x[r, a] * x[r, b]
            if hit[r]:
                ties += 1
                tied_weight += weight[r]
                tied_log += weight[r] * np.log(risk[r])
                d0 += w
                for a in range(p):
                    d1[a] += w * x[r, a]
                    for b in range(a + 1):
                        d2[a, b] += w * x[r, a] * x[r, b]
            j += 1
        while out < n and stratum[by_entry[out]] == current and entry[by_entry[out]] >= t:
            r = by_entry[out]
            w = weight[r] * risk[r]
            s0 -= w
            for a in range(p):
                s1[a] -= w * x[r, a]
                for b in range(a + 1):
                    s2[a, b] -= w * x[r, a] * x[r, b]
            out += 1
        if ties > 0 and tied_weight > 0:
            steps[k, 0], steps[k, 1], steps[k, 2] = ties, tied_weight, t
            where[k] = current
            loglik += tied_log
            each = tied_weight / ties
            for step in range(ties):
                back = step / ties if efron else 0.0
                total = s0 - back * d0
                loglik -= each * np.log(total)
                h = each / total
                jump[k] += h
                own[k] += h * (1.0 - back)
                for a in range(p):
                    bar = (s1[a] - back * d1[a]) / total
                    jump_x[k, a] += h * bar
                    own_x[k, a] += h * (1.0 - back) * bar
                    mean[k, a] += bar / ties
                    for b in range(a + 1):
                        other = (s1[b] - back * d1[b]) / total
                        part = (s2[a, b] - back * d2[a, b]) / total - bar * other
                        spread[k, a, b] += each * part
                        if a != b:
                            spread[k, b, a] += each * part
            k += 1
        i = j
    return (
        steps[:k], where[:k], loglik, jump[:k], jump_x[:k], own[:k], own_x[:k], mean[:k],
        spread[:k],
    )  # fmt: skip
