"""Which files are shown beside a value, and which are refused."""

from __future__ import annotations

import base64
import json
import os
import socket
import sys
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from hopla_gui.gui.preview.local_file import Unshowable, named_path
from hopla_gui.gui.preview.pictures import LONGEST_SIDE, Picture
from hopla_gui.gui.preview.reading import (
    MOST_ROWS,
    MOST_TEXT_BYTES,
    Table,
    Text,
    Tree,
    read_preview,
    read_thumbnail,
)
from hopla_gui.gui.preview.reveal import can_open, reveal_command
from hopla_gui.gui.preview.svg import safe_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">{}</svg>'


def picture(path: Path, width: int = 40, height: int = 20) -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("tomato"))
    assert image.save(str(path))
    return path


def content(path: Path, data: bytes | str):
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_preview(path).content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plot.png", "/cwd/plot.png"),
        ("out/plot.PNG", "/cwd/out/plot.PNG"),
        ("/abs/table.csv", "/abs/table.csv"),
        ("../x.svg", "/cwd/../x.svg"),
        ("out/model.bin", "/cwd/out/model.bin"),
        ("a b/ü.json", "/cwd/a b/ü.json"),
        ("plain words", None),
        ("3.14", None),
        ("http://127.0.0.1:9/x.png", None),
        ("file:///etc/passwd", None),
        ("data:image/png;base64,AAAA", None),
        ("//server/share/x.png", None),
        (r"\\server\share\x.png", None),
        ("a\nb.png", None),
        ("a\0b.png", None),
        ("safe\u202egnp.exe/x", None),
        ("x" * 5_000 + ".png", None),
        ("", None),
        (" plot.png", None),
        (17, None),
        (["plot.png"], None),
    ],
)
def test_a_text_names_a_local_file_or_none(text, expected):
    found = named_path(text, "/cwd")
    assert (None if found is None else found.as_posix()) == expected


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_pictures_are_shown_whatever_they_are_called(qapp, tmp_path, suffix):
    path = picture(tmp_path / f"plot.{suffix}")
    found = read_preview(path)
    assert isinstance(found.content, Picture)
    assert (found.content.width, found.content.height) == (40, 20)
    assert found.facts.size == path.stat().st_size
    renamed = path.rename(tmp_path / "odd.dat")
    assert isinstance(read_preview(renamed).content, Picture)


def test_large_pictures_are_scaled_and_huge_ones_never_unpacked(qapp, tmp_path):
    found = read_preview(picture(tmp_path / "wide.png", LONGEST_SIDE * 2, 8)).content
    assert found.image.size() == QSize(LONGEST_SIDE, 4)
    assert found.width == LONGEST_SIDE * 2
    small = read_thumbnail(tmp_path / "wide.png", 96)
    assert small.image.width() == 96
    bomb = bytearray(picture(tmp_path / "bomb.png").read_bytes())
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2  # the dimensions that its header tells
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    refused = content(tmp_path / "bomb.png", bytes(bomb))
    assert isinstance(refused, Unshowable)
    assert "60,000" in str(refused)


def test_damaged_and_false_pictures_say_so(qapp, tmp_path):
    whole = picture(tmp_path / "plot.png").read_bytes()
    for data in (whole[:40], b"\x89PNG\r\n\x1a\n", b"<html>no picture</html>"):
        assert isinstance(content(tmp_path / "plot.png", data), Unshowable)
    # what is called PNG is never tried as anything else, an SVG least of all
    assert isinstance(content(tmp_path / "plot.png", SVG.format("")), Unshowable)


def test_tables_are_shown_by_rows(qapp, tmp_path):
    found = content(tmp_path / "t.csv", 'a;b\n1;"x;y"\n2\n')
    assert found == Table(("a", "b"), (("1", "x;y"), ("2",)), is_cut=False)
    found = content(tmp_path / "t.tsv", "a\tb\n" + "1\t2\n" * 5_000)
    assert len(found.rows) == MOST_ROWS
    assert found.is_cut
    assert isinstance(content(tmp_path / "t.csv", '"' + "x" * 300_000), Text)
    wide = content(tmp_path / "t.csv", ",".join("x" * 5_000))
    assert wide.is_cut


def test_json_is_a_tree_and_what_is_none_is_text(qapp, tmp_path):
    assert content(tmp_path / "r.json", '{"a": [1, null]}') == Tree({"a": [1, None]})
    assert isinstance(content(tmp_path / "r.json", '{"a": '), Text)
    assert isinstance(content(tmp_path / "r.json", "[" * 5_000 + "]" * 5_000), Text | Tree)
    big = content(tmp_path / "r.json", json.dumps(list(range(500_000))))
    assert isinstance(big, Text)
    assert big.is_cut


def test_text_is_shown_as_far_as_it_can_be_read(qapp, tmp_path):
    assert content(tmp_path / "n.txt", "zwölf\n") == Text("zwölf\n", is_cut=False)
    assert content(tmp_path / "n.log", b"a\xffb") == Text("a\ufffdb", is_cut=False)
    long = content(tmp_path / "n.txt", "x" * 1_000_000)
    assert (len(long.text), long.is_cut) == (MOST_TEXT_BYTES, True)
    assert "binary" in str(content(tmp_path / "n.bin", b"\0\1\2"))
    assert "empty" in str(content(tmp_path / "n.txt", b""))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has such files")
def test_pipes_sockets_devices_and_folders_are_refused_at_once(qapp, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to("/dev/zero")
    (tmp_path / "loop.png").symlink_to("loop.png")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.png"))
        for name in ("pipe.png", "folder.png", "link.png", "loop.png", "s.png", "none.png"):
            assert isinstance(read_preview(tmp_path / name).content, Unshowable), name
    assert "no such file" in str(read_preview(tmp_path / "none.png").content)
    assert "folder" in str(read_preview(tmp_path / "folder.png").content)


def test_an_svg_is_drawn(qapp, tmp_path):
    drawing = SVG.format('<rect width="40" height="20" fill="#f00"/>')
    found = content(tmp_path / "x.svg", drawing)
    assert (found.width, found.height) == (40, 20)
    assert found.image.pixelColor(found.image.rect().center()) == QColor("#f00")
    points = drawing.replace('"40"', '"30pt"', 1).replace('"20"', '"15pt"', 1)
    found = content(tmp_path / "x.svg", points)
    assert (found.width, found.height) == (40, 20)


def pixel(folder: Path) -> bytes:
    return picture(folder / "pixel.png", 1, 1).read_bytes()


def test_an_svg_reaches_out_to_nothing(qapp, tmp_path):
    secret = picture(tmp_path / "secret.png")
    inside = base64.b64encode(pixel(tmp_path)).decode()
    inner = base64.b64encode(SVG.format(f'<image href="{secret}"/>').encode()).decode()
    outward = [
        f'<image href="{secret}" width="9" height="9"/>',
        '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="secret.png"/>',
        '<image href="http://127.0.0.1:9/x.png"/>',
        f'<image href="data:image/svg+xml;base64,{inner}"/>',
        f'<image href="data:image/png;base64,{inner}"/>',
        "<script>alert(1)</script>",
        "<foreignObject><body/></foreignObject>",
        '<use href="other.svg#x"/>',
        '<rect fill="url(http://127.0.0.1:9/x)" onload="x()"/>',
        "<style>@import url(http://127.0.0.1:9/x.css);</style>",
        '<rect style="fill: u\\72l(secret.png)"/>',
        '<animate attributeName="x"/>',
    ]
    kept = safe_svg(SVG.format("".join(outward)).encode()).data.decode()
    for word in ("secret", "127.0.0.1", "script", "foreign", "other.svg", "onload", "svg+xml"):
        assert word not in kept.replace("http://www.w3.org", ""), word
    own = f'<image href="data:image/png;base64,{inside}"/><use href="#a"/><rect fill="url(#b)"/>'
    kept = safe_svg(SVG.format(own).encode()).data.decode()
    assert inside in kept
    assert 'href="#a"' in kept
    assert "url(#b)" in kept


def test_an_svg_without_end_is_refused(qapp, tmp_path):
    doubled = '<g id="g0"><rect/></g>' + "".join(
        f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40)
    )
    line = f'<marker id="m">{"<rect/>" * 1_000}</marker><path d="{"L1 1" * 5_000}"'
    entities = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for text in (
        SVG.format(doubled),
        SVG.format('<g id="a"><use href="#a"/></g>'),
        SVG.format("<g>" * 1_000 + "</g>" * 1_000),
        SVG.format("<g/>" * 100_000),
        SVG.format(line + ' marker-mid="url(#m)"/>'),
        SVG.format(line + ' style="marker-mid:url(#m)"/>'),
        entities + SVG.format("&b;"),
        SVG.format("<g>"),
        "<html/>",
        "",
        SVG.replace('"40"', '"0"').format(""),
        SVG.replace('"40"', '"1e300"').format(""),
    ):
        assert isinstance(content(tmp_path / "x.svg", text), Unshowable), text[:80]


def test_only_what_is_looked_at_is_opened_elsewhere():
    assert can_open(Path("a/plot.png"))
    assert not can_open(Path("a/run.sh"))
    assert not can_open(Path("a/virus.exe"))
    assert not can_open(Path("a/app.desktop"))


def test_each_platform_marks_a_file_in_its_own_way():
    path = Path("/a b/c.png")
    assert reveal_command("win32", path) == ["explorer", f"/select,{path}"]
    assert reveal_command("darwin", path) == ["open", "-R", "/a b/c.png"]
    assert reveal_command("linux", path) is None
