"""The studies: figures and parameters in, a frozen dataclass of tables and findings out."""
