"""Bundled perturbations, one file each."""
