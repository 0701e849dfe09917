/** The widget's own words: five languages, and whatever a channel says instead. */

import type { Words } from "./texts/en.ts";

export type { Words } from "./texts/en.ts";

const LANGUAGES = {
  en: async () => (await import("./texts/en.ts")).en,
  nb: async () => (await import("./texts/nb.ts")).nb,
  sv: async () => (await import("./texts/sv.ts")).sv,
  uk: async () => (await import("./texts/uk.ts")).uk,
  ru: async () => (await import("./texts/ru.ts")).ru,
};

export function knows(language: string): language is keyof typeof LANGUAGES {
  return Object.hasOwn(LANGUAGES, language);
}

/** The words of `language`, with what the channel's `texts` say instead: `{key: words}` for every
 *  language, `{language: {key: words}}` for one. */
export async function wordsOf(language: string, texts: Record<string, unknown>): Promise<Words> {
  const words = await LANGUAGES[knows(language) ? language : "en"]();
  const own = texts[language];
  return override(override(words, texts), own && typeof own === "object" ? own : {});
}

function override(words: Words, given: object): Words {
  const known = Object.entries(given).filter(([key, text]) => key in words && typeof text === "string" && text);
  return known.length ? { ...words, ...Object.fromEntries(known) } : words;
}
