/** The words of a question where they stand in a passage, in this form or another of the word. */

import { Fragment } from "react";

import type { Draw } from "./markdown";

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu;
const SHORTEST = 3; // letters of a word that is worth a mark
const ENDING = 3; // letters that another form of a word may differ by

/** Marks what begins like one of the words of the question. */
export function marking(question: string): Draw {
  const wanted = [...new Set([...question.matchAll(WORD)].map(([word]) => folded(word)))].filter((word) => word.length >= SHORTEST || /\p{N}/u.test(word));
  if (!wanted.length) return (text) => text;
  return (text) => {
    const found = [];
    let from = 0;
    for (const match of text.matchAll(WORD)) {
      if (!wanted.some((word) => alike(word, folded(match[0])))) continue;
      found.push(<Fragment key={from}>{text.slice(from, match.index)}</Fragment>, <mark key={`m${match.index}`}>{match[0]}</mark>);
      from = match.index + match[0].length;
    }
    return found.length ? [...found, <Fragment key="rest">{text.slice(from)}</Fragment>] : text;
  };
}

/** Two forms of one word, as far as their letters tell: "deliver" and "delivery". */
function alike(one: string, other: string): boolean {
  if (one === other) return true;
  const common = Math.min(one.length, other.length);
  if (common < 4 || Math.abs(one.length - other.length) > ENDING) return false;
  const stem = Math.max(4, common - 1);
  return one.slice(0, stem) === other.slice(0, stem);
}

function folded(word: string): string {
  return word.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}
