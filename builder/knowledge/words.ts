/** Every text of the page, through one function: the English text is its own key. */

import { sizeIn } from "$/public/external/builder/design/sources/size.ts";

let translated: Record<string, string> = {};

/** The language of the interface. Dates and numbers are written in it, whatever the browser's is. */
export function language(): string {
  return document.documentElement.lang || "en";
}

export function speak(words: Record<string, string>) {
  translated = words;
}

/** The text in the reader's language, with `{name}` replaced by the value of that name. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const said = translated[text] ?? text;
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === "number" ? number(value) : value;
  });
}

export function number(value: number, digits = 0): string {
  return value.toLocaleString(language(), { maximumFractionDigits: digits });
}

export function documentsIn(count: number): string {
  return count === 1 ? t("1 document") : t("{count} documents", { count });
}

export function passagesIn(count: number): string {
  return count === 1 ? t("1 passage") : t("{count} passages", { count });
}

export function sourcesIn(count: number): string {
  return count === 1 ? t("1 source") : t("{count} sources", { count });
}

export function pagesIn(count: number): string {
  return count === 1 ? t("1 page") : t("{count} pages", { count });
}

export function questionsIn(count: number): string {
  return count === 1 ? t("1 question") : t("{count} questions", { count });
}

/** Several names in one sentence, as the language joins them. */
export function joined(names: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(names);
}

/** A language by its code; a code that is none stays as it is. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(language(), { type: "language" }).of(code.replaceAll("_", "-")) ?? code;
  } catch {
    return code;
  }
}

export function size(bytes: number): string {
  return sizeIn(language(), bytes);
}
