"""Packages, modules and symbols of one analysis, language-neutral."""
