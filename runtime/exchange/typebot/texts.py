"""Typebot's rich texts as Markdown."""

from __future__ import annotations

from runtime.exchange.typebot.names import Variables
from runtime.exchange.typebot.reading import Json, objects_of, text_of
from runtime.exchange.typebot.values import Value, template

_DEEPEST = 20
_MARKS = (("code", "`"), ("bold", "**"), ("italic", "*"), ("strikethrough", "~~"))


def markdown(content: Json, variables: Variables) -> Value:
    """The text of a bubble. Older exports have it as one plain line."""
    writer = _Writer(variables)
    blocks = objects_of(content.get("richText"))
    if blocks:
        text = "\n".join(writer.line(block, 0) for block in blocks).strip("\n")
    else:
        text = writer.template(text_of(content.get("plainText")))
    return Value(text.strip(), writer.sure)


class _Writer:
    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self.sure = True

    def template(self, text: str) -> str:
        made = template(text, self._variables)
        self.sure = self.sure and made.sure
        return made.value

    def line(self, block: Json, depth: int) -> str:
        """A paragraph, a heading, a list or a quotation."""
        kind, children = text_of(block.get("type")), objects_of(block.get("children"))
        if depth > _DEEPEST:
            return ""
        if kind in ("ul", "ol"):
            rows = [self.line(child, depth + 1) for child in children]
            return "\n".join(
                f"{f'{place}.' if kind == 'ol' else '-'} {row}" for place, row in enumerate(rows, 1)
            )
        inner = "".join(self.inline(child, depth + 1) for child in children)
        if kind in ("h1", "h2", "h3"):
            return f"{'#' * int(kind[1])} {inner}"
        return f"> {inner}" if kind == "blockquote" else inner

    def inline(self, child: Json, depth: int) -> str:
        if depth > _DEEPEST:
            return ""
        kind = text_of(child.get("type"))
        children = objects_of(child.get("children"))
        if kind in ("ul", "ol"):
            nested = self.line(child, depth + 1).replace("\n", "\n  ")
            return f"\n  {nested}"
        if kind == "a":
            inner = "".join(self.inline(each, depth + 1) for each in children)
            url = template(text_of(child.get("url")), self._variables, markdown=False)
            self.sure = self.sure and url.sure
            return f"[{inner or url.value}]({url.value})" if url.value else inner
        if children:
            return "".join(self.inline(each, depth + 1) for each in children)
        return self._marked(child)

    def _marked(self, leaf: Json) -> str:
        """Marks stand beside words: what is blank at either end stays outside of them."""
        said = self.template(text_of(leaf.get("text")) or text_of(leaf.get("value")))
        words = said.strip()
        if not words:
            return said
        before, after = said[: len(said) - len(said.lstrip())], said[len(said.rstrip()) :]
        for name, mark in _MARKS:
            if leaf.get(name) is True:
                words = f"{mark}{words}{mark}"
        return f"{before}{words}{after}"
