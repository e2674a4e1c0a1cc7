"""One paper by plain WeasyPrint: the same HTML, the same fonts, none of our own means. Prints the seconds of CPU."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def main(page: Path) -> None:
    """Set one page of HTML twice and print the cost of the second time, when everything is loaded."""
    from consortium.documents.pdf import font_configuration

    os.environ["FONTCONFIG_FILE"] = str(font_configuration(Path(tempfile.mkdtemp())))
    import weasyprint

    for _ in range(2):
        started = time.process_time()
        weasyprint.HTML(string=page.read_text("utf-8")).write_pdf(pdf_variant="pdf/a-3a", stylesheets=[
            weasyprint.CSS(filename=str(TOP / "static" / "print" / name)) for name in ("tokens.css", *sys.argv[2:])
        ])  # fmt: skip
        spent = time.process_time() - started
    print(f"{spent:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
