"""`python -m classifier`, the same as `caveat`."""

from .cli.main import main

if __name__ == "__main__":
    main()
