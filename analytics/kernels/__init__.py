"""Kernels forked from a process that has the libraries and the figures already (decision 0015)."""
