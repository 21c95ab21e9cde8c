"""Answers to items, made from what a rater feels."""

from __future__ import annotations

import numpy as np

from .settings import Observation

LOW, HIGH = 1, 5
_CUTS = np.array([-1.5, -0.5, 0.5, 1.5])  # between neighboring answers, in SD of an answer


def form_answers(
    felt: np.ndarray, n_items: int, seen: Observation, rng: np.random.Generator
) -> np.ndarray:
    """Give the answers to forms that ask for several elements, before items are reversed.

    Parameters
    ----------
    felt : ndarray of float64, shape (forms, elements)
        What the rater feels, in SD of quality.
    n_items : int
        Items for each element.
    seen : Observation
        How items catch it.
    rng : numpy.random.Generator
        Draws the error.

    Returns
    -------
    ndarray of int64, shape (forms, elements, n_items)
        1 to 5.

    Notes
    -----
    An answer is loading times the element (in SD), plus error of the rest of the variance, of
    which a share is common to the whole form, cut into five steps. Cutting lowers correlations a
    little.
    """
    n_forms, n_elements = felt.shape
    rest = np.sqrt(1.0 - seen.loading**2)
    common = rng.standard_normal((n_forms, 1, 1))
    own = rng.standard_normal((n_forms, n_elements, n_items))
    error = np.sqrt(seen.halo) * common + np.sqrt(1.0 - seen.halo) * own
    standard = felt[:, :, None] / seen.element_spread
    return LOW + np.searchsorted(_CUTS, seen.leniency + seen.loading * standard + rest * error)


def satisfaction_of(quality: np.ndarray, seen: Observation, rng: np.random.Generator) -> np.ndarray:
    """Give raters' satisfaction, in SD of quality, given the quality that they feel.

    Parameters
    ----------
    quality : ndarray of float64, shape (n,)
        Mean of a rater's elements; standardized over those at hand.
    """
    spread = quality.std() if len(quality) else 0.0
    standard = (quality - quality.mean()) / spread if spread > 0 else np.zeros(len(quality))
    rest = np.sqrt(1.0 - seen.satisfaction**2) * rng.standard_normal(len(quality))
    return seen.element_spread * (seen.satisfaction * standard + rest)
