"""Find bright cells in a noisy image: smooth it, cut it at a threshold, compare with the truth.

Pure Python, so that it runs anywhere; the image is made here, and so the truth is known.
"""

import argparse
import math
import random
import struct
import zlib
from pathlib import Path

__hopla__ = ["dice", "regions", "brightest", "mask"]

SIZE = 64


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    image = parser.add_argument_group("image")
    image.add_argument("--noise", type=float, default=0.35, help="spread of the noise")
    image.add_argument("--cells", type=int, default=12, help="number of cells")
    image.add_argument("--seed", type=int, default=0, help="seed of the random numbers")
    method = parser.add_argument_group("method")
    method.add_argument("--sigma", type=float, required=True, help="width of the smoothing [px]")
    method.add_argument("--threshold", type=float, required=True, help="cut, from 0 to 1")
    parser.add_argument("-o", "--out", metavar="FOLDER", help="write the mask there, as PNG")
    return parser.parse_args()


def make_cells(count, random_numbers):
    """Return a picture of ones inside the cells and zeros outside."""
    cells = [
        (random_numbers.uniform(5, SIZE - 5), random_numbers.uniform(5, SIZE - 5))
        for _ in range(count)
    ]
    return [
        [float(any(math.hypot(x - a, y - b) < 4.5 for a, b in cells)) for x in range(SIZE)]
        for y in range(SIZE)
    ]


def gaussian(sigma):
    """Return the weights of a Gaussian, out to three of its widths."""
    reach, sharpness = math.ceil(3 * sigma), 1 / (2 * sigma**2)
    weights = [math.exp(-sharpness * x**2) for x in range(-reach, reach + 1)]
    return [weight / sum(weights) for weight in weights]


def smooth(picture, weights):
    """Return a picture whose rows and columns are averaged with these weights."""
    reach = len(weights) // 2
    for _ in range(2):  # rows, then columns
        picture = [
            [
                sum(w * row[min(max(x + d, 0), SIZE - 1)] for d, w in enumerate(weights, -reach))
                for x in range(SIZE)
            ]
            for row in picture
        ]
        picture = [[row[x] for row in picture] for x in range(SIZE)]
    return picture


def overlap(found, truth):
    """Return Dice's coefficient: 1 where both are the same, 0 where they share nothing."""
    both = sum(found[y][x] and truth[y][x] for y in range(SIZE) for x in range(SIZE))
    return 2 * both / (sum(map(sum, found)) + sum(map(sum, truth)))


def count_regions(found):
    """Return how many connected regions there are."""
    left = {(x, y) for y in range(SIZE) for x in range(SIZE) if found[y][x]}
    regions = 0
    while left:
        regions += 1
        edge = [left.pop()]
        while edge:
            x, y = edge.pop()
            near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= near
            edge += near
    return regions


def write_png(path, found):
    """Write a mask, four pixels for each of its own."""
    rows = [b"\0" + bytes(255 * v for v in row for _ in range(4)) for row in found]
    side = 4 * SIZE
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(row for row in rows for _ in range(4)))),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


args = parse_args()
numbers = random.Random(args.seed)
truth = make_cells(args.cells, numbers)
image = [[pixel + numbers.gauss(0, args.noise) for pixel in row] for row in truth]
smoothed = smooth(image, gaussian(args.sigma))
brightest = round(max(map(max, smoothed)), 4)
found = [[pixel > args.threshold for pixel in row] for row in smoothed]
if not any(map(any, found)):
    raise ValueError(f"no pixel is above {args.threshold}: the brightest is {brightest}")
dice = round(overlap(found, truth), 4)
regions = count_regions(found)
print(f"{regions} regions for {args.cells} cells, overlap {dice}")
mask = None
if args.out:
    mask = Path(args.out) / f"mask_{args.sigma}_{args.threshold}_{args.seed}.png"
    mask.parent.mkdir(parents=True, exist_ok=True)
    write_png(mask, found)
