"""Baseline: the same variants by straight Pillow code, of equal quality, in a process of its own.

`python -m benchmarks.baselines.pillow_variants FILE FOLDER`
"""

import io
import sys
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

SIZES = {"thumbnail": (200, 200), "medium": (800, 600), "large": (1600, 1600)}


def upright_in_srgb(path: Path) -> Image.Image:
    image = ImageOps.exif_transpose(Image.open(path))
    if profile := image.info.get("icc_profile"):
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), srgb)
        image = converted or image
    return image.convert("RGB")


def main(path: Path, folder: Path) -> None:
    image = upright_in_srgb(path)
    for name, size in SIZES.items():
        if name == "thumbnail":
            smaller = ImageOps.fit(image, size, Image.Resampling.LANCZOS)
        else:
            smaller = ImageOps.contain(image, size, Image.Resampling.LANCZOS)
        smaller.save(folder / f"{name}.jpg", quality=85, progressive=True, optimize=True)
        smaller.save(folder / f"{name}.webp", quality=80, method=4)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
