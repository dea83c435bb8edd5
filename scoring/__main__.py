"""Run as `python -m scoring`."""

from scoring.cli import main

if __name__ == "__main__":
    main(prog_name="scoring")
