"""Measured figures: hopla_gui beside other launchers, on the machine at hand.

``make bench``, or ``python -m benchmarks``, measures and writes ``docs/performance.md``;
``python -m benchmarks.kill`` is the kill test in full.
"""
