"""The record, table and picture of `bench robust`."""
