"""Run as `python -m scoring`.

With `-m`, Python puts the working directory first on the module search path, and would run a `socket.py` that lies
beside the profiles. This module removes it before it imports anything. For modules that Python itself imports earlier,
such as `importlib` and `types`, use `python -P` or PYTHONSAFEPATH.
"""

if __name__ == "__main__":
    import sys

    if not sys.flags.safe_path:
        del sys.path[0]
    from scoring.cli import main

    main()
