"""The waterfall of a link's weights as coordinates of a small SVG: numbers only; a template prints them and CSS colours them."""

from dataclasses import dataclass
from math import ceil, floor

from targeting.reports.waterfall import Waterfall

from .texts import Texts

WIDTH, ROW, TOP, LEFT, RIGHT = 440, 27, 24, 86, 14
DIGIT, GAP = 7.2, 5
"""Width of a digit at the font size of the labels, and their distance from the bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: its name, its bar, where its figure stands and to which side."""

    code: str
    label: str
    x: float
    y: float
    width: float
    sign: str
    figure: str
    figure_x: float
    anchor: str
    inside: bool
    joint_x: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture: size, bars, ticks of the axis as (x, bits), the cut, and the row that stands for it in words."""

    width: int
    height: int
    row: int
    left: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    cut_x: float
    cut: str


def draw(picture: Waterfall, t: Texts) -> Drawing:
    """The picture from left to right: bits against on the left of zero, bits in favour on the right."""
    ends = [end for step in picture.steps for end in (step.start, step.end)]
    low, high = min(*ends, 0.0), max(*ends, picture.cut)
    step = _tick(high - low)
    low, high = floor(low / step) * step, ceil(high / step) * step
    scale = (WIDTH - LEFT - RIGHT) / (high - low)

    def at(bits: float) -> float:
        return round(LEFT + (bits - low) * scale, 1)

    bars = []
    for place, one in enumerate(picture.steps):
        x, end = sorted((at(one.start), at(one.end)))
        sign = "total" if one.code == "total" else "none" if one.bits == 0 else "for" if one.bits > 0 else "against"
        figure = signed(one.bits)
        breadth = len(figure) * DIGIT
        bars.append(
            Bar(
                one.code, label_of(one.code, t), x, TOP + place * ROW, round(max(end - x, 1.5), 1), sign, figure,
                *_beside(x, end, breadth), at(one.end),
            )
        )  # fmt: skip
    ticks = tuple((at(low + step * n), f"{low + step * n:g}".replace("-", "−")) for n in range(round((high - low) / step) + 1))
    height = TOP + len(bars) * ROW + 20
    return Drawing(WIDTH, height, ROW, LEFT, tuple(bars), ticks, at(picture.cut), f"{picture.cut:.1f}".replace("-", "−"))


def _beside(x: float, end: float, breadth: float) -> tuple[float, str, bool]:
    """Where a figure stands: right of its bar, else left of it, else inside it; with its anchor."""
    if end + GAP + breadth < WIDTH:
        return round(end + GAP, 1), "start", False
    if x - GAP - breadth > LEFT:
        return round(x - GAP, 1), "end", False
    return round(end - GAP, 1), "end", True


def label_of(code: str, t: Texts) -> str:
    """The word for a step."""
    return t(f"links.{code}") if code in ("prior", "total") else t(f"agreement_field.{code}")


def signed(bits: float) -> str:
    """Bits with their sign.

    >>> signed(3.14159), signed(-20.0), signed(0.0)
    ('+3.1', '−20.0', '0')
    """
    return "0" if bits == 0 else f"{bits:+.1f}".replace("-", "−")


def _tick(span: float) -> float:
    return next((step for step in (5.0, 10.0, 20.0, 50.0) if span / step <= 8), 100.0)
