"""The waterfall of a link's weights as coordinates of a small SVG: numbers only; a template prints them and CSS colours them."""

from dataclasses import dataclass
from math import ceil, floor

from targeting.reports.waterfall import Waterfall

from .texts import Texts

WIDTH, ROW, TOP, LEFT, RIGHT = 440, 27, 24, 86, 14
FONT = 7.2
"""Width of a digit at the font size of the labels: a label that would leave the picture is set to the other side of its bar."""


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
        room = end + 5 + len(figure) * FONT < WIDTH
        bars.append(
            Bar(
                one.code, label_of(one.code, t), x, TOP + place * ROW, round(max(end - x, 1.5), 1), sign, figure,
                round(end + 5 if room else x - 5, 1), "start" if room else "end", at(one.end),
            )
        )  # fmt: skip
    ticks = tuple((at(low + step * n), f"{low + step * n:g}".replace("-", "−")) for n in range(round((high - low) / step) + 1))
    height = TOP + len(bars) * ROW + 20
    return Drawing(WIDTH, height, ROW, LEFT, tuple(bars), ticks, at(picture.cut), f"{picture.cut:.1f}")


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
