"""The colour that stands for each state of a job, on a light and on a dark ground.

After Okabe and Ito's palette, darkened or lightened until it can be read as text: 4.5:1 or better.
"""

from hopla_gui.domain.job import JobState

ON_LIGHT = {
    JobState.QUEUED: "#5b6472",
    JobState.RUNNING: "#0b65b8",
    JobState.SUCCEEDED: "#00704f",
    JobState.FAILED: "#b83200",
    JobState.TIMEOUT: "#9a3380",
    JobState.CANCELLED: "#5b6472",
    JobState.LOST: "#855400",
}
ON_DARK = {
    JobState.QUEUED: "#a1aab6",
    JobState.RUNNING: "#6fb8ff",
    JobState.SUCCEEDED: "#43cfa0",
    JobState.FAILED: "#ff916b",
    JobState.TIMEOUT: "#eb9bd7",
    JobState.CANCELLED: "#a1aab6",
    JobState.LOST: "#f2b84b",
}
