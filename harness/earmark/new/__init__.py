"""The beginnings of a plugin: a distribution that installs, keeps the contract and passes its own tests."""

from earmark.new.distribution import KINDS, Written, write_distribution

__all__ = ["KINDS", "Written", "write_distribution"]
