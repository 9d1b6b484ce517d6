"""Pictures on surfaces, all drawn here: screens, keys, papers, posters, signs, the street. RGB, uint8."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from sample_footage.render.geometry import Image

Colour = tuple[int, int, int]

SCREEN_SIZE = (512, 320)
KEYS_SIZE = (512, 352)
PAPER_SIZE = (210, 297)


def _screen(seed: int, ground: Colour, band: Colour) -> Image:
    """Draw a form with a title, a list at its side and fields."""
    width, height = SCREEN_SIZE
    picture = Picture.new("RGB", SCREEN_SIZE, ground)
    draw = ImageDraw.Draw(picture)
    widths = np.random.default_rng(seed).integers(80, 290, 11)
    draw.rectangle((0, 0, width, 22), fill=band)
    draw.rectangle((0, 22, 90, height), fill=(215, 224, 235))
    draw.rectangle((0, height - 18, width, height), fill=(25, 35, 60))
    for row, field in enumerate(widths):
        top = 34 + row * 23
        draw.rectangle((102, top + 2, 190, top + 14), fill=(120, 130, 150))
        draw.rectangle((200, top, 200 + int(field), top + 16), fill=(255, 255, 255), outline=(150, 160, 180))
    for row in range(8):
        draw.rectangle((10, 34 + row * 26, 80, 46 + row * 26), fill=(90, 130, 190))
    return np.array(picture)


def _dark_screen() -> Image:
    """Draw a screen that is off, with a faint reflection."""
    shine = np.linspace(8, 26, SCREEN_SIZE[0])
    return np.asarray(np.tile(shine[None, :, None], (SCREEN_SIZE[1], 1, 3)), np.uint8)


def _keys() -> Image:
    picture = Picture.new("RGB", KEYS_SIZE, (70, 72, 76))
    draw = ImageDraw.Draw(picture)
    for row in range(6):
        for column in range(15):
            left, top = 20 + column * 32, 18 + row * 32
            draw.rectangle((left, top, left + 27, top + 27), fill=(18, 18, 20))
    draw.rectangle((170, 225, 342, 330), fill=(58, 60, 64), outline=(95, 97, 100))
    return np.array(picture)


def _paper(seed: int) -> Image:
    picture = Picture.new("RGB", PAPER_SIZE, (245, 245, 240))
    draw = ImageDraw.Draw(picture)
    for row, length in enumerate(np.random.default_rng(seed).integers(60, 170, 16)):
        draw.line((20, 40 + row * 15, 20 + int(length), 40 + row * 15), fill=(90, 90, 95), width=3)
    draw.rectangle((20, 12, 130, 26), fill=(60, 60, 70))
    return np.array(picture)


def _sign(text: str, ink: Colour, ground: Colour, size: tuple[int, int] = (256, 128), letters: float = 0.7) -> Image:
    picture = Picture.new("RGB", size, ground)
    font = ImageFont.load_default(size=int(size[1] * letters))
    ImageDraw.Draw(picture).text((size[0] / 2, size[1] / 2), text, fill=ink, font=font, anchor="mm")
    return np.array(picture)


def _poster(seed: int, ground: Colour) -> Image:
    generator = np.random.default_rng(seed)
    picture = Picture.new("RGB", (200, 280), ground)
    draw = ImageDraw.Draw(picture)
    band, disc = (tuple(int(v) for v in generator.integers(50, 215, 3)) for _ in range(2))
    draw.rectangle((10, 12, 190, 60), fill=band)
    draw.ellipse((50, 80, 150, 180), fill=disc)
    for row in range(5):
        draw.line((20, 200 + row * 14, 180, 200 + row * 14), fill=(80, 80, 80), width=4)
    return np.array(picture)


def _binders() -> Image:
    spines = [(40, 80, 150), (160, 50, 45), (50, 120, 80), (210, 205, 195), (70, 70, 75), (200, 160, 60)]
    generator = np.random.default_rng(9)
    picture = Picture.new("RGB", (512, 128), (60, 55, 50))
    draw = ImageDraw.Draw(picture)
    left = 4
    while left < 500:
        width = int(generator.integers(16, 34))
        draw.rectangle((left, int(generator.integers(4, 22)), left + width, 128), fill=spines[generator.integers(6)])
        draw.rectangle((left + 5, 40, left + width - 5, 80), fill=(235, 235, 230))
        left += width + 2
    return np.array(picture)


def _outside() -> Image:
    """Draw the street: sky, and houses with windows."""
    generator = np.random.default_rng(4)
    sky = np.linspace((150, 185, 225), (228, 234, 238), 256)[:, None].repeat(512, axis=1)
    picture = Picture.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    left = 0
    while left < 512:
        width, top = int(generator.integers(45, 110)), int(generator.integers(60, 170))
        grey = int(generator.integers(105, 190))
        draw.rectangle((left, top, left + width, 256), fill=(grey, grey - 4, grey - 12))
        for x in range(left + 8, left + width - 10, 16):
            for y in range(top + 10, 250, 20):
                draw.rectangle((x, y, x + 8, y + 10), fill=(grey - 60, grey - 50, grey - 40))
        left += width
    return np.array(picture)


def _card_edges() -> Image:
    """Draw the long side of a stack of cards."""
    picture = Picture.new("RGB", (160, 120), (232, 236, 240))
    draw = ImageDraw.Draw(picture)
    for row in range(0, 120, 5):
        draw.line((0, row, 160, row), fill=(120, 140, 165), width=2)
    return np.array(picture)


@cache
def textures() -> dict[str, Image]:
    """Every texture by name."""
    white, blue, red = (255, 255, 255), (20, 70, 150), (190, 30, 30)
    return {
        "outside": _outside(),
        "screen": _screen(0, (236, 240, 245), (35, 80, 160)),
        "screen-1": _screen(1, (250, 250, 250), (30, 120, 70)),
        "screen-2": _screen(2, (40, 60, 110), (20, 20, 40)),
        "screen-3": _screen(3, (28, 30, 34), (90, 40, 110)),
        "screen-off": _dark_screen(),
        "keys": _keys(),
        "paper-0": _paper(0),
        "paper-1": _paper(1),
        "window-1": _sign("1", white, blue),
        "window-2": _sign("2", white, blue),
        "window-3": _sign("3", white, blue),
        "window-4": _sign("4", white, blue),
        "closed": _sign("CLOSED", red, white, letters=0.45),
        "poster-0": _poster(20, (250, 240, 220)),
        "poster-1": _poster(21, (220, 238, 250)),
        "binders": _binders(),
        "card": _sign("ID 0421", (40, 60, 120), (205, 225, 240), (160, 100), letters=0.3),
        "card-edges": _card_edges(),
    }
