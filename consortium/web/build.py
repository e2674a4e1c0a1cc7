"""Builds `static/built/`, what browsers are served, from `node_modules/` and `static/`.

Run as `python -m consortium.web.build`; it does nothing when nothing changed. No bundler: files are copied under names that
carry a hash of their content, one sprite is made of the icons in `static/icons.txt`, and everything is compressed once, here,
because compressing at each request costs fifty times as much.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
PACKAGES = ROOT / "node_modules"
BUILT = STATIC / "built"
ICONS = PACKAGES / "@tabler" / "icons" / "icons" / "outline"

SOURCES = {
    "bootstrap.min.css": PACKAGES / "bootstrap" / "dist" / "css" / "bootstrap.min.css",
    "bootstrap.bundle.min.js": PACKAGES / "bootstrap" / "dist" / "js" / "bootstrap.bundle.min.js",
    "htmx.min.js": PACKAGES / "htmx.org" / "dist" / "htmx.min.js",
    "app.css": STATIC / "app.css",
    "app.js": STATIC / "app.js",
    "favicon.svg": STATIC / "favicon.svg",
}
SOURCE_MAP = re.compile(rb"\n?(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


class BuildError(Exception):
    """Something that the build needs is not there; the message says what to do."""


def icon_names(listing: str) -> list[str]:
    """Return the names in the text of `icons.txt`, sorted, each once."""
    lines = (line.strip() for line in listing.splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def symbol(name: str, svg: str) -> str:
    """Return one icon as `<symbol>`; colours and widths come from the page's style."""
    body = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    body = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", body, flags=re.DOTALL)
    body = re.sub(r'<path[^>]*stroke="none"[^>]*fill="none"\s*/>', "", body)
    body = re.sub(r"\s*\n\s*", "", body)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def sprite(names: list[str]) -> bytes:
    """Return one SVG with a symbol for each icon name."""
    missing = [name for name in names if not (ICONS / f"{name}.svg").is_file()]
    if missing:
        raise BuildError(f"static/icons.txt names icons that Tabler does not have: {', '.join(missing)}")
    symbols = "".join(symbol(name, (ICONS / f"{name}.svg").read_text("utf-8")) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'.encode()


def contents() -> dict[str, bytes]:
    """Return what is served, by plain name."""
    if not PACKAGES.is_dir():
        raise BuildError("node_modules is missing: run `make setup` (or `npm ci --ignore-scripts`) first.")
    absent = [str(path.relative_to(ROOT)) for path in SOURCES.values() if not path.is_file()]
    if absent:
        raise BuildError(f"These files are missing: {', '.join(absent)}. Run `make setup` first.")
    served = {name: SOURCE_MAP.sub(b"\n", path.read_bytes()) for name, path in SOURCES.items()}
    served["icons.svg"] = sprite(icon_names((STATIC / "icons.txt").read_text("utf-8")))
    return served


def hashed_name(name: str, content: bytes) -> str:
    """Return `app.1f2e3d4c5b6a.css` for `app.css`; WhiteNoise lets browsers keep such names for ever."""
    stem, ending = name.rsplit(".", 1)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"


def write(path: Path, content: bytes) -> None:
    """Write a file so that a server that reads it at this moment sees the old one or the new one, never a half."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def build() -> bool:
    """Bring `static/built/` up to date; return whether anything had to be done."""
    served = contents()
    manifest = {name: hashed_name(name, content) for name, content in sorted(served.items())}
    listing = json.dumps(manifest, indent=1).encode() + b"\n"
    current = BUILT / "manifest.json"
    wanted = {"manifest.json"} | {name + ending for name in manifest.values() for ending in ("", ".br", ".gz")}
    present = {path.name for path in BUILT.iterdir()} if BUILT.is_dir() else set()
    if wanted <= present and current.read_bytes() == listing:
        return False
    BUILT.mkdir(parents=True, exist_ok=True)
    for name, content in served.items():
        path = BUILT / manifest[name]
        write(path, content)
        write(path.with_name(path.name + ".br"), brotli.compress(content, quality=11))
        write(path.with_name(path.name + ".gz"), gzip.compress(content, 9, mtime=0))
    write(current, listing)
    for stale in present - wanted:
        (BUILT / stale).unlink(missing_ok=True)
    return True


def main() -> int:
    """Build and say in one line what was done."""
    try:
        changed = build()
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("static/built is new.\n" if changed else "static/built is up to date.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
