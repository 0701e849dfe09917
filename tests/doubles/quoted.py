"""What `tests.doubles.writing` answers, and from where."""

from __future__ import annotations

from runtime.core.contract import Citation

SENTENCES = (
    "You can return what you bought within **30 days** [1].",
    "Bring the receipt, or the card you paid with [2].",
    "\n\n> Sale goods are exchanged, not refunded.",
)
TEXT = f"{SENTENCES[0]} {SENTENCES[1]}{SENTENCES[2]}"
CITATIONS = (
    Citation(
        1,
        "Terms of sale for consumers, spring and summer",
        "Goods may be returned within 30 days of purchase, unused and in their packaging.\n"
        "The price is refunded by the means it was paid with, within five working days. "
        "This does not apply to made-to-measure goods, which are returned only where they are "
        "faulty, and to food.",
        3,
        "https://shop.example/documents/terms-of-sale.pdf",
    ),
    Citation(2, "Returns", "Please bring the receipt or the card.", url="javascript:alert(1)"),
)
