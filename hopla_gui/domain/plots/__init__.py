"""What the pictures of a run show, prepared without any toolkit: whoever draws only places marks.

The window's Plots pane and the static pictures of a report use the same preparation:

1. a column of the run becomes a `Quantity` (`quantity`), with its unit (`units`);
2. `prepare(spec, jobs, quantity_of)` (`prepare`) returns the picture that a `PlotSpec` (`spec`)
   asks for: `PointsPicture` (`points`), `HeatMap` (`heatmap`), `Histogram` (`histogram`);
   `Timeline` (`timeline`) is made of what ran where;
3. positions along an axis are read through its `Scale` (`scale`): ticks, texts, categories;
4. colours come from `palette`.

Positions are floats in the scale's own terms: the decimal logarithm on a logarithmic axis, the
place of the category on one of categories. Jobs that cannot be drawn are counted with the reason
(`left_out`); nothing is dropped in silence.
"""
