/** What the server says about the understanding of visitors' words, and how it is told. Pure. */

import { language, t } from "../words.ts";

export interface Guess {
  intent: string;
  name: string;
  score: number;
  nearest: string | null;
}

/** What `POST /api/v1/bots/{id}/understand` answers. */
export interface Understood {
  intent: string | null;
  name: string | null;
  score: number;
  threshold: number;
  out_of_scope: boolean;
  ranking: readonly Guess[];
  keyword: string | null;
  entities: Readonly<Record<string, unknown>>;
  language: string;
  by: string | null;
  milliseconds: number;
  note: string | null;
}

export interface Confusion {
  flow: string;
  name: string;
  share: number;
  pairs: readonly { text: string; nearest: string }[];
}

export interface Intent {
  flow: string;
  name: string;
  examples: number;
  languages: Readonly<Record<string, number>>;
  recognised: number;
  few: boolean;
  confused_with: readonly Confusion[];
}

/** What `GET /api/v1/bots/{id}/understanding` answers. */
export interface Understanding {
  state: "none" | "ready";
  intents: readonly Intent[];
  threshold: number;
  tuned: boolean;
  in_scope: number | null;
  out_of_scope: number | null;
  embedder: string | null;
  languages: readonly { code: string; quality: "meaning" | "words"; note: string }[];
  milliseconds: number;
}

/** Two flows with sentences of the first that were taken for the second, and the other way round. */
export interface Mix {
  flows: readonly [string, string];
  share: number; // the larger of both ways
  pairs: readonly (readonly [string, string])[]; // a sentence of each
}

/** Each pair of flows once, the most mixed up first. */
export function mixes(intents: readonly Intent[]): Mix[] {
  const found = new Map<string, Mix>();
  for (const { flow, confused_with } of intents) {
    for (const { flow: other, share, pairs } of confused_with) {
      const turned = found.has(`${other} ${flow}`);
      const key = turned ? `${other} ${flow}` : `${flow} ${other}`;
      const before = found.get(key) ?? { flows: [flow, other] as const, share: 0, pairs: [] };
      const more = pairs.map(({ text, nearest }) => (turned ? ([nearest, text] as const) : ([text, nearest] as const)));
      const fresh = more.filter(([one, two]) => !before.pairs.some(([a, b]) => a === one && b === two));
      found.set(key, { ...before, share: Math.max(before.share, share), pairs: [...before.pairs, ...fresh] });
    }
  }
  return [...found.values()].sort((one, other) => other.share - one.share);
}

/** What a sentence comes to: a keyword goes before any meaning. */
export function verdictOf(understood: Understood): "keyword" | "intent" | "none" | "nothing" {
  if (understood.keyword) return "keyword";
  if (understood.intent) return "intent";
  return understood.ranking.length ? "none" : "nothing";
}

export function percent(share: number): string {
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(share);
}

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(language(), { type: "language" }).of(code) ?? code;
  } catch {
    return code; // it is none
  }
}

/** Who decided: "minilm" and "ngrams" run here, a model has its name. */
export function deciderName(by: string): string {
  if (by.startsWith("model:")) return by.slice("model:".length);
  if (by === "minilm") return t("this machine, by meaning");
  if (by === "ngrams") return t("this machine, by words");
  return by;
}

/** "English 8, German 2"; "" where all are in one language. */
export function languagesInWords(languages: Intent["languages"]): string {
  const counted = Object.entries(languages);
  if (counted.length < 2) return "";
  return counted.sort(([, one], [, other]) => other - one).map(([code, count]) => `${languageName(code)} ${count}`).join(", ");
}
