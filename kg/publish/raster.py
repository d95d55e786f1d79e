"""A drawing as a PNG picture, without a network, a browser or fonts of the machine.

The drawing is written as a one-page PDF in Helvetica, which PDFium draws with a font of its own, so that every machine
draws the same. That font has the letters of Western Europe; other scripts are refused: SVG shows them everywhere.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib

import pypdfium2

from kg.errors import KgError
from kg.publish.diagram import SIZE, Box, Drawing, Stroke, Word

_SCALE = 1.5


def pixels(drawing: Drawing) -> bytes:
    """The picture as PNG; equal drawings give equal bytes."""
    bitmap = pypdfium2.PdfDocument(_pdf(drawing))[0].render(scale=_SCALE, rev_byteorder=True)
    size, depth = bitmap.width * bitmap.n_channels, bitmap.n_channels
    data = bytes(bitmap.buffer)
    rows = b"".join(b"\0" + data[at : at + size] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))
    header = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, {3: 2, 4: 6}[depth], 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 6)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pdf(drawing: Drawing) -> bytes:
    width, height = drawing.width, drawing.height
    content = b"\n".join(_operators(shape, height) for shape in drawing.shapes)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.1f} {height:.1f}] /Contents 4 0 R "
        "/Resources << /Font << /F 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        font,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(objects) + 1, table, end)


def _operators(shape: Word | Stroke | Box, height: float) -> bytes:
    """A shape in the language of PDF, in which y grows upwards."""
    red, green, blue = (int(shape.color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    color = f"{red:.3f} {green:.3f} {blue:.3f}"
    if isinstance(shape, Box):
        return f"{color} rg {shape.x:.1f} {height - shape.y - 12:.1f} 12 12 re f".encode()
    if isinstance(shape, Word):
        start = f"{color} rg BT /F {SIZE} Tf {shape.x:.1f} {height - shape.y:.1f} Td ".encode()
        return start + b"<" + _letters(shape.text).hex().encode() + b"> Tj ET"
    way = " l ".join(f"{x:.1f} {height - y:.1f}" for x, y in shape.points).replace(" l ", " m ", 1)
    drawn = f"{color} RG {color} rg {way} l S"
    if shape.head:
        x, y = shape.points[-1]
        drawn += f" {x:.1f} {height - y:.1f} m {x - 8:.1f} {height - y + 4:.1f} l {x - 8:.1f} {height - y - 4:.1f} l f"
    return drawn.encode()


def _letters(text: str) -> bytes:
    try:
        return unicodedata.normalize("NFKC", text).encode("cp1252")  # a digit below the line becomes a plain one
    except UnicodeEncodeError as error:
        raise KgError(
            f"A PNG cannot show {error.object[error.start]!r} of {text!r}: its font has the letters of Western Europe. "
            "Take svg, which any browser shows."
        ) from error
