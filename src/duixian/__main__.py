"""``python -m duixian`` is the command line."""

from duixian.cli import main

if __name__ == "__main__":
    main()
