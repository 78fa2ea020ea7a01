# SPDX-License-Identifier: Apache-2.0
"""Puts what a measuring script printed into its page, between two comment lines."""
BEGIN, END = "<!-- printed: begin -->", "<!-- printed: end -->"


def write_into(page, text):
    """Replaces what stands between the marks; ValueError when the page does not have both, once."""
    whole = page.read_text(encoding="utf-8")
    if whole.count(BEGIN) != 1 or whole.count(END) != 1:
        raise ValueError(f"{page}: needs one line '{BEGIN}' and one line '{END}'")
    before, rest = whole.split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n{text.strip()}\n{END}{after}", encoding="utf-8")
