/** Every text of the inbox, through one function: the English text is its own key. */

import type { CitationWords } from "$/public/external/builder/design/sources/citations.tsx";

let translated: Record<string, string> = {};

/** The language of the interface. Dates, times and numbers are written in it, whatever the browser's is. */
export function language(): string {
  return document.documentElement.lang || "en";
}

export function speak(words: Record<string, string>) {
  translated = words;
}

/** The text in the reader's language, with `{name}` replaced by the value of that name. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const said = translated[text] ?? text;
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function citationWords(): CitationWords {
  return {
    sources: t("Sources"),
    more: t("More"),
    page: (number) => t("page {number}", { number }),
    source: (number, title) => t("Source {number}: {title}", { number, title }),
  };
}

/** A visitor who has told no name is told apart by the end of their number. */
export function visitorName(name: string | null, contact: string): string {
  return name?.trim() || t("Visitor {number}", { number: contact.slice(-4).toUpperCase() });
}
