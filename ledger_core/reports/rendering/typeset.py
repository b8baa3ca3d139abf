"""A program: reads JSON from standard input, writes the PDF of `table.typ` in the given folder to standard output."""

import sys
from pathlib import Path

import typst


def main() -> None:
    root = Path(sys.argv[1])
    data = sys.stdin.buffer.read().decode("utf-8")
    pdf = typst.compile(
        str(root / "table.typ"),
        root=str(root),
        font_paths=[str(root / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"table": data},
        format="pdf",
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
