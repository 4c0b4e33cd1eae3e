"""Fit a line to noisy points by gradient descent: a small script with typical parameters."""

import argparse
import random
import time

__hopla__ = ["loss", "slope", "steps_done", "history"]


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", action="version", version="1.0")
    data = parser.add_argument_group("data")
    data.add_argument(
        "--points", type=int, default=200, help="number of points (default: %(default)s)"
    )
    data.add_argument(
        "--noise", type=float, default=0.1, metavar="SIGMA", help="spread of the noise"
    )
    data.add_argument("--seed", type=int, default=0, help="seed of the random numbers")
    model = parser.add_argument_group("training")
    model.add_argument("--lr", type=float, required=True, help="learning rate")
    model.add_argument("--momentum", type=float, default=0.0, help="share of the last step to keep")
    model.add_argument("--steps", type=int, default=60, help="number of steps")
    model.add_argument("--schedule", choices=["constant", "linear", "cosine"], default="constant")
    model.add_argument("--nesterov", action="store_true", help="look ahead before each step")
    output = parser.add_argument_group("output")
    output.add_argument(
        "--log-every", type=int, default=20, help="steps between two lines of output"
    )
    output.add_argument("-o", "--out", metavar="FILE", help="write the fitted line here")
    output.add_argument("-v", "--verbose", action="count", help="say more; repeat for more still")
    return parser.parse_args()


args = parse_args()
random.seed(args.seed)
points = [
    (x, 3.0 * x + random.gauss(0, args.noise))
    for x in (random.random() for _ in range(args.points))
]
slope = speed = 0.0
history = []
for steps_done in range(1, args.steps + 1):
    ahead = slope + args.momentum * speed if args.nesterov else slope
    gradient = sum(2 * x * (ahead * x - y) for x, y in points) / len(points)
    speed = args.momentum * speed - args.lr * gradient
    slope += speed
    loss = sum((slope * x - y) ** 2 for x, y in points) / len(points)
    history.append(round(loss, 6))
    if steps_done % args.log_every == 0:
        print(f"step {steps_done:4d}  loss {loss:.6f}")
    if loss > 1e3:
        raise ArithmeticError(f"diverged at step {steps_done}: loss {loss:.1f}")
    time.sleep(0.002)
