"""``docs/nodes.md`` says what the node types say."""

from __future__ import annotations

from runtime import reference
from runtime.core.document.catalogue import catalogue


def test_the_page_is_written_anew_after_a_change(monkeypatch):
    told = catalogue()
    ours = [type_ for type_ in told["types"] if not type_["type"].startswith("test.")]
    monkeypatch.setattr(reference, "catalogue", lambda: told | {"types": ours})
    assert reference.FILE.read_text() == reference.reference(), "run: make docs"
