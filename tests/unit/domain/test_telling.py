"""The parts of long texts that tell them apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain.telling import telling


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ([], ()),
        (["one text that is rather long"], ("one text that is rather long",)),
        (["sub-01", "sub-02"], ("sub-01", "sub-02")),
        (
            ["/data/sub-01/anat/sub-01_T1w.nii.gz", "/data/sub-02/anat/sub-02_T1w.nii.gz"],
            ("…sub-01…", "…sub-02…"),
        ),
        (
            ["runs/a/fold 1/best.pt", "runs/b/fold 1/best.pt", "runs/b/fold 2/best.pt"],
            ("…a…1…", "…b…1…", "…b…2…"),
        ),
        (["models/small/fold-1", "models/large/fold-2"], ("…small/fold-1", "…large/fold-2")),
        (["/data/sub-01.nii.gz", "/elsewhere/deep/down/sub-02.nii.gz"], None),
    ],
)
def test_what_all_share_is_left_out(texts, shown):
    assert telling(texts) == (tuple(texts) if shown is None else shown)


WORD = st.sampled_from(["a", "b", "sub-1", "/", "//", "_", " ", "a long word", "…", ""])


@given(st.lists(st.lists(WORD, min_size=3, max_size=9).map("".join), unique=True))
def test_texts_that_differ_still_do(texts):
    found = telling(texts)
    assert len(set(found)) == len(texts)
