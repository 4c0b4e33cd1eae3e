"""The HTML report: complete, bounded, and with nothing in it that a browser would run or load."""

import random
import re
from html.parser import HTMLParser

import pytest
from stored_jobs import ended, stored_run

from hopla_gui import paths
from hopla_gui.domain.job import JobState
from hopla_gui.engine.export.exporting import export_run
from hopla_gui.engine.report.jobs_table import MOST_ROWS

TAGS = re.findall(
    r"\S+",
    """
    html head meta title style body main header footer nav section div p h1 h2 h3 ul li i span a
    figure figcaption details summary pre table thead tbody tr th td
    svg rect circle line polyline text
    """,
)
ATTRIBUTES = re.findall(
    r"\S+",
    """
    lang charset name content http-equiv class id style scope title href open
    viewbox role aria-label x y width height rx fill cx cy r x1 x2 y1 y2 points
    text-anchor transform
    """,
)
VOID = {"meta"}


class Page(HTMLParser):
    """Reads a report as a browser would, and refuses what could be active in it."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.markup = markup
        self.texts, self.open, self.counts = [], [], {}
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES
            assert name != "href" or value.startswith("#")
            assert name != "style" or re.fullmatch(r"flex-grow:\d+", value)
            assert name != "fill" or re.fullmatch(r"#[0-9a-f]{6}", value)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            assert "url(" not in data
            assert "@import" not in data
        else:
            self.texts.append(data)

    def handle_comment(self, data):
        raise AssertionError("a comment")

    @property
    def text(self):
        return "\n".join(self.texts)


@pytest.fixture
def report(tmp_path):
    def write_and_read(jobs, chosen=None):
        with stored_run(tmp_path, jobs) as run:
            export_run(run, tmp_path / "report.html", chosen)
        return Page((tmp_path / "report.html").read_text(encoding="utf-8"))

    return write_and_read


def grid(count=60):
    numbers = random.Random(1)
    return [
        (
            {"lr": 10.0 ** -(number % 4), "depth": number // 4 % 5, "who": "ab"[number % 2]},
            ended(
                values={"loss": numbers.random(), "same": 1},
                started=1e9 + number,
                ended=1e9 + number + 2,
                duration_s=2 + numbers.random(),
                max_rss_mb=100 + numbers.random(),
            ),
        )
        for number in range(count)
    ]


def test_a_report_shows_how_jobs_ended_pictures_and_a_table(report):
    failed = ended(JobState.FAILED, 1, traceback="Traceback\nValueError: no way")
    page = report([*grid(), ({"lr": 1.0, "depth": 9, "who": "a"}, failed)])

    for text in ("60 succeeded", "1 failed", "Mean of loss over lr and depth", "loss against depth",
                 "Jobs by duration (s)", "What ran when", "Jobs by memory (MB)", "job_60",
                 "ValueError: no way", "To ask of a cluster"):  # fmt: skip
        assert text in page.text
    assert "same against" not in page.text
    assert page.counts["svg"] == 5
    assert page.counts["tr"] > 61


def test_lines_go_along_the_parameter_that_tells_most(report):
    jobs = [
        ({"seed": seed, "lr": lr}, ended(values={"loss": lr + seed * 1e-6}))
        for seed in range(9)
        for lr in range(3)
    ]
    assert "loss against lr" in report(jobs).text


def test_points_have_the_colours_of_their_groups(report):
    style = paths.resource("report", "report.css").read_text(encoding="utf-8")
    assert 'svg [class^="c"]' in style  # what colours a mark is the beginning of its class
    jobs = [({"x": n, "who": n % 2}, ended(values={"loss": n * 0.5})) for n in range(240)]
    markup = report(jobs).markup
    dots = re.findall(r'<circle [^>]*class="([^"]*dot)"', markup)
    assert {dot.split()[0] for dot in dots} == {"c0", "c1"}


def test_where_nothing_sets_failures_apart_that_is_said(report):
    failed = ended(JobState.FAILED, 1, traceback="Traceback\nValueError: no way")
    page = report([({"x": n}, failed if n % 5 == 0 else ended()) for n in range(25)])
    assert "no value of a parameter sets them apart" in page.text


def test_cells_have_logarithmic_colours_where_numbers_are_decades_apart(report):
    jobs = [
        ({"x": x, "y": y}, ended(values={"loss": 10.0 ** (x + y)}))
        for x in range(4)
        for y in range(4)
    ]
    cells = re.findall(r'height="[^"]*" fill="(#[0-9a-f]{6})"', report(jobs).markup)
    assert len(set(cells[:16])) == 7  # one a decade


def test_numbers_are_as_long_as_people_read_them(report):
    jobs = [
        ({"x": x, "y": y}, ended(values={"loss": 1000.0 * x + y / 3}))
        for x in range(3)
        for y in range(3)
    ]
    page = report(jobs)
    assert "1,000" in page.texts  # in a cell of the heat map
    assert "1000.67" in page.texts  # in the table
    assert 'title="1000.6666666666666"' in page.markup


def test_the_timeline_tells_how_long_a_job_stood_still(report):
    frozen = ended(started=1e9, ended=1e9 + 62, duration_s=2.0)
    page = report([({"lr": 0.1}, frozen), ({"lr": 0.2}, ended(started=1e9, duration_s=3.0))])
    assert "job_0, succeeded: 2.00 s, and stood still for 1 min 00 s" in page.text
    assert "job_1, succeeded: 3.00 s" in page.text


@pytest.mark.parametrize(("attempt", "words"), [(1, " · took "), (2, " · ended 2001-09-")])
def test_a_run_whose_jobs_ran_again_tells_when_it_ended(tmp_path, attempt, words):
    with stored_run(tmp_path, [({"lr": 0.1}, ended())], attempt) as run:
        export_run(run, tmp_path / "report.html")
    assert words in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_traced_numbers_that_only_repeat_a_parameter_get_no_picture(report):
    jobs = grid()
    for parameters, outcome in jobs:
        outcome.values.update(inputs=dict(parameters))
    page = report(jobs)
    assert "loss against depth" in page.text
    assert "inputs.lr over" not in page.text
    assert page.counts["svg"] == 5


def test_parameters_may_be_called_as_what_is_measured(report):
    page = report(
        [
            (
                {"duration": n % 3, "memory": n // 3},
                ended(values={"duration": n * 2.0}, duration_s=1.0 + n, max_rss_mb=9.0 + n),
            )
            for n in range(9)
        ]
    )

    for title in ("value.duration against memory", "Jobs by job.duration (s)"):
        assert title in page.texts


def test_failures_are_grouped_with_what_their_jobs_share(report):
    traceback = (
        "Traceback (most recent call last):\n"
        '  File "/s.py", line 7, in <module>\n    f()\n'
        '  File "/s.py", line 3, in f\n    x\nValueError: no {}\n'
    )
    failed = [
        ({"lr": 9.0, "depth": n}, ended(JobState.FAILED, 1, traceback=traceback.format(n)))
        for n in range(20)
    ]
    killed = ({"lr": 1.0, "depth": 1}, ended(JobState.FAILED, -9, max_rss_mb=15_800.0))
    page = report([*grid(), *failed, killed])

    assert "20 × ValueError at s.py:3 in f" in page.text  # noqa: RUF001
    assert "no …" in page.texts
    assert "all have lr = 9.0, none of the 61 others has" in page.texts
    assert "1 × killed by SIGKILL" in page.text  # noqa: RUF001
    assert "memory 15.8 GB" in page.texts  # as the window says it
    assert "job_60, job_61" in page.text
    assert "and 8 more" in page.text
    assert page.counts["details"] == 2


def test_a_message_that_is_the_same_in_all_jobs_is_shown_whole(report):
    text = "Traceback\n  File \"/s.py\", line 7, in f\nKeyError: 'sigma'"
    page = report([({"x": n}, ended(JobState.FAILED, 1, traceback=text)) for n in range(3)])

    assert "'sigma'" in page.texts


def test_many_causes_are_bounded(report):
    def failed(n):
        text = f'Traceback\n  File "/s.py", line {n + 1}, in f\nValueError'
        return ended(JobState.FAILED, 1, traceback=text)

    page = report([({"x": n}, failed(n)) for n in range(100)])

    assert "70 more causes, of 70 jobs, are not shown." in page.texts


def test_one_cause_that_is_not_shown_is_told_as_one(report):
    def failed(n):
        text = f'Traceback\n  File "/s.py", line {n + 1}, in f\nValueError'
        return ended(JobState.FAILED, 1, traceback=text)

    page = report([({"x": n}, failed(n)) for n in range(31)])

    assert "1 more cause, of 1 job, is not shown." in page.texts


def test_nothing_but_the_page_itself_may_be_loaded(report, tmp_path):
    report(grid(4))
    markup = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert "default-src 'none'; style-src 'unsafe-inline'" in markup
    assert not re.search(r"https?:|//[a-z]|javascript:|@import|url\(", markup)


HOSTILE = [
    *("<script>alert(1)</script>", "</script></style></title><svg onload=alert(1)>"),
    *('"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "<!-- -->", "&lt;b&gt;"),
    *("\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\0b", "\udcff", "naïve 🎉", "]]>", "x" * 200_000),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_shown_as_data(report, text, tmp_path):
    values = {text: 1.0, "v": text, "n": {text: {text: 2.5}}}
    other = {text: 2.0, "v": "", "n": {text: {text: 3.5}}}
    outcomes = [
        ended(values=values),
        ended(values=other),
        ended(JobState.FAILED, 1, traceback=f"T\n{text}", detail=text),
    ]
    page = report([({text: f"{text}{n}", "y": n}, how) for n, how in enumerate(outcomes)])

    if text.isprintable() and len(text) < 100:
        assert text in page.text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", page.text)
    assert (tmp_path / "report.html").stat().st_size < 1_000_000


def test_a_line_of_20_mb_leaves_the_report_small(report, tmp_path):
    line = "x" * 20_000_000
    report([({"x": 1}, ended(JobState.FAILED, 1, values={"v": line}, traceback=f"T\n{line}"))])

    assert (tmp_path / "report.html").stat().st_size < 200_000


def test_values_without_end_leave_the_report_small(report, tmp_path):
    many = {f"k{number}": number for number in range(5_000)}
    page = report([({"x": n}, ended(values={"v": {**many, "k0": n}})) for n in range(3)])

    assert page.counts["th"] < 60
    assert (tmp_path / "report.html").stat().st_size < 200_000


def test_many_jobs_are_a_bounded_table_that_says_so(report, tmp_path):
    page = report(grid(3_000))

    assert page.counts["tr"] < MOST_ROWS + 40
    assert "The first 1,000 of 3,000 jobs" in page.text
    assert (tmp_path / "report.html").stat().st_size < 2_000_000


def test_a_selection_says_that_it_is_one(report):
    assert "3 of the 60 jobs of this run" in report(grid(), [3, 4, 50]).text


@pytest.mark.parametrize(
    "jobs",
    [
        [({"x": 1}, None)],
        [({"x": 1}, ended(values={"y": 1.0}))],
        [({}, ended())],
        [({"x": n}, ended(values={"y": "NaN"})) for n in range(3)],
        [({"x": n}, ended(values={"y": 1e308 * (-1) ** n})) for n in range(3)],
        [({"x": [n]}, ended(values={"y": 10**40 + n})) for n in range(3)],
        [({"x": n}, ended(JobState.FAILED, 1)) for n in range(3)],
        [({"x": str(n) * 300, "z": n}, ended(values={"y": n})) for n in range(30)],
    ],
    ids=["queued", "one", "bare", "nan", "huge", "lists", "failed", "long names"],
)
def test_odd_runs_have_a_report_too(report, jobs):
    page = report(jobs)

    assert "Jobs" in page.texts
    assert "nan" not in page.text.lower().replace('y: "nan"', "") or "NaN" in str(jobs)
