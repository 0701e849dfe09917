/** Every text of the page, through one function: the English text is its own key. */

let translated: Record<string, string> = {};

export function speak(words: Record<string, string>) {
  translated = words;
}

/** The text in the reader's language, with `{name}` replaced by the value of that name. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  const said = translated[text] ?? text;
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === "number" ? value.toLocaleString(language()) : value;
  });
}

export function languageName(code: string): string {
  const name = new Intl.DisplayNames(language(), { type: "language" }).of(code) ?? code;
  return name[0]!.toUpperCase() + name.slice(1);
}

function language(): string {
  return document.documentElement.lang || "en";
}
