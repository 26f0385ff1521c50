"""Attention through features of queries and keys, in time linear in the length."""
