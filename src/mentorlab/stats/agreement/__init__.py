"""Agreement of raters: intraclass correlations, concordance, kappa, groups, profiles."""
