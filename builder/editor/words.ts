/** Texts of the editor: the English text is its own key. */

import type { CitationWords } from "$/public/external/builder/design/sources/citations.tsx";

let words: Readonly<Record<string, string>> = {};

/** The language of the interface. Dates, times and numbers are written in it, whatever the browser's is. */
export function language(): string {
  return globalThis.document?.documentElement.lang || "en";
}

/** The texts in the reader's language, as the page hands them in. */
export function speak(translated: Readonly<Record<string, string>>): void {
  words = translated;
}

export function t(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  const said = words[text] ?? text;
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
