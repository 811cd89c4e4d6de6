"""Statistics without domain words or files: this package could be lifted out tomorrow."""
