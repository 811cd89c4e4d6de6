"""`python -m analytics` is the command line."""

from analytics.cli import main

main()
