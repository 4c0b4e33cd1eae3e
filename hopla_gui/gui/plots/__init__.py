"""The Plots pane. What imports pyqtgraph is itself imported on first use, by `library`."""
