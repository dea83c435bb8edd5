"""Run as `python -m scoring`.

Python puts the working directory before all other places for modules. A stranger's `socket.py` beside the profiles is
not to be run, so it is taken out again before anything is imported; what Python itself has imported by then, such as
`importlib` and `types`, only `python -P` or PYTHONSAFEPATH keeps from being looked for there.
"""

if __name__ == "__main__":
    import sys

    if not sys.flags.safe_path:
        del sys.path[0]
    from scoring.cli import main

    main()
