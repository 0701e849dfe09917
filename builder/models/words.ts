/** Every text of the page, through one function: the English text is its own key. And how figures are written. */

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

/** A remark, such as a provider's own words, as a sentence. */
export function asSentence(remark: string): string {
  const said = remark.trim();
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?…:]$/.test(said) ? "" : "."}`;
}

export function count(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** An amount with its currency. Small ones keep enough digits to be told from nothing. */
export function money(amount: number, currency: string): string {
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  try {
    return new Intl.NumberFormat(language(), { style: "currency", currency, maximumFractionDigits: digits }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(amount)} ${currency}`;
  }
}

export function listed(items: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(items);
}

/** How long something took, as one would say it. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return t("{count} ms", { count: count(milliseconds) });
  const minutes = milliseconds / 60_000;
  if (minutes >= 120) return t("{count} h", { count: count(Math.round(minutes / 60)) });
  if (minutes >= 2) return t("{count} min", { count: count(Math.round(minutes)) });
  return t("{count} s", { count: new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(milliseconds / 1000) });
}

export function clock(at: number): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(at);
}

/** "20 November 2026" for "2026-11-20". */
export function day(date: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(date));
}

/** "November 2026" for "2026-11" or the day it begins. */
export function monthName(month: string): string {
  const [year, number] = month.split("-").map(Number);
  const first = new Date(Date.UTC(year ?? 0, (number ?? 1) - 1, 1));
  return new Intl.DateTimeFormat(language(), { month: "long", year: "numeric", timeZone: "UTC" }).format(first);
}

const REGIONS: Record<string, string> = {
  us: "United States",
  eu: "European Union",
  gb: "United Kingdom",
  uk: "United Kingdom",
  ru: "Russia",
  global: "Worldwide",
  home: "Your own machines",
  local: "Your own machines",
};

/** A region as a person would say it; one that somebody has named stays as it is. */
export function regionName(region: string): string {
  const known = REGIONS[region.toLowerCase()];
  return known ? t(known) : region || t("Not said");
}

const USES: Record<string, string> = {
  strong: "answers",
  cheap: "small tasks",
  embedding: "search",
};

export function useName(use: string): string {
  const known = USES[use];
  return known ? t(known) : use;
}

const PURPOSES: Record<string, string> = {
  answer: "Answer",
  extract: "Read values",
  classify: "Sort",
  rewrite: "Rewrite",
  intent: "Understand",
  choice: "Read an answer",
  translate: "Translate",
  summarise: "Summarise",
  judge: "Check an answer",
  embed: "Search",
  test: "Test",
};

export function purposeName(purpose: string): string {
  const known = PURPOSES[purpose];
  return known ? t(known) : purpose;
}
