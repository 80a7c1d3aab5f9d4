"""Makes every picture of the documents: `make pictures`."""

import sys
import tempfile
from pathlib import Path

from foundation.settings import LIBRARY
from pictures.book import draw_book
from pictures.line import ROOT, NotOpen, open_line
from pictures.phone import NoBrowser, NotHeard, moving, still

FOLDER = ROOT / "docs" / "pictures"


def main() -> int:
    """All pictures anew; 1 if one cannot be made here, and why."""
    FOLDER.mkdir(exist_ok=True)
    draw_book(FOLDER / "book.svg")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="hotline-pictures-") as folder,
            open_line(Path(folder), LIBRARY) as address,
        ):
            moving(address, FOLDER / "call.gif")
            still(address, FOLDER / "phone.png")
    except (NoBrowser, NotOpen, NotHeard) as fault:
        print(f"the pictures cannot be made: {fault}", file=sys.stderr)
        return 1
    for picture in sorted(FOLDER.iterdir()):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
