"""Text for people: what can't be printed is spelt out, since a name may hold what would move a terminal's cursor."""


def printable(text: str) -> str:
    """Returns a text with each character that can't be printed spelt out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
