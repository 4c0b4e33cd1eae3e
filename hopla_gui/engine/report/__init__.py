"""A stored run → one HTML file that shows it: no script, nothing from elsewhere.

`report` streams the page out of its sections; `svg_*` draw what `hopla_gui.domain.plots` prepares.
Colours and layout are in ``resources/report/report.css``. Every text from a script or a job goes
through `markup`, which bounds and escapes it.
"""
