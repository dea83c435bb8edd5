"""Run as `python -m scoring`."""

if __name__ == "__main__":
    import sys

    if not sys.flags.safe_path:
        del sys.path[0]  # the working directory: a stranger's `socket.py` beside the profiles is not to be run
    from scoring.cli import main

    main()
