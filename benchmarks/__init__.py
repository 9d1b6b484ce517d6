"""Measurements of what Kuraban costs. Run by hand; every figure is compared with others of the same run."""
