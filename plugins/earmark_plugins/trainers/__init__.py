"""Families of networks that `bench train` trains, one file each."""
