/** The editor of questions with their answers; two columns of a sheet can be pasted into it. */

import { Plus, X } from "lucide-react";
import { useRef, useState, type ClipboardEvent } from "react";

import type { Pair } from "./wire";
import { questionsIn, t } from "./words";

interface Props {
  pairs: readonly Pair[];
  /** Whether what is half filled in is told. */
  tried: boolean;
  onChange: (pairs: Pair[]) => void;
}

export const EMPTY: Pair = { question: "", answer: "" };

export function PairsEditor({ pairs, tried, onChange }: Props) {
  const [pasted, setPasted] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const set = (at: number, part: Partial<Pair>) => onChange(pairs.map((pair, place) => (place === at ? { ...pair, ...part } : pair)));
  const focus = (at: number) => window.setTimeout(() => list.current?.querySelectorAll<HTMLElement>("li")[at]?.querySelector<HTMLElement>("textarea")?.focus());

  const add = () => {
    onChange([...pairs, EMPTY]);
    focus(pairs.length);
  };
  const remove = (at: number) => {
    const left = pairs.filter((_, place) => place !== at);
    onChange(left.length ? left : [EMPTY]);
    focus(Math.min(at, left.length - 1));
  };
  const paste = (event: ClipboardEvent, at: number) => {
    const found = fromSheet(event.clipboardData.getData("text/plain"));
    if (!found.length) return;
    event.preventDefault();
    const here = pairs[at] ?? EMPTY;
    const kept = here.question.trim() || here.answer.trim() ? [here] : [];
    onChange([...pairs.slice(0, at), ...kept, ...found, ...pairs.slice(at + 1)]);
    setPasted(t("Pasted: {questions}", { questions: questionsIn(found.length) }));
  };
  const written = complete(pairs).length;
  return (
    <div className="knowledge-pairs">
      <p className="help">{t("Copy two columns of a sheet, questions in the first and answers in the second, and paste them into any field here.")}</p>
      <p className="knowledge-quiet" role="status">
        {pasted || (written > 0 && questionsIn(written))}
      </p>
      <ol ref={list}>
        {pairs.map((pair, at) => {
          const error = tried ? fault(pair) : "";
          return (
            <li key={at}>
              <span className="knowledge-place" aria-hidden="true">
                {at + 1}
              </span>
              <div className="knowledge-pair">
                <textarea
                  className="input question"
                  rows={1}
                  dir="auto"
                  value={pair.question}
                  aria-label={t("Question {number}", { number: at + 1 })}
                  placeholder={t("Question")}
                  aria-invalid={Boolean(error) && !pair.question.trim()}
                  onChange={(event) => set(at, { question: event.target.value })}
                  onPaste={(event) => paste(event, at)}
                />
                <textarea
                  className="input answer"
                  rows={2}
                  dir="auto"
                  value={pair.answer}
                  aria-label={t("Answer {number}", { number: at + 1 })}
                  placeholder={t("Answer")}
                  aria-invalid={Boolean(error) && !pair.answer.trim()}
                  onChange={(event) => set(at, { answer: event.target.value })}
                  onPaste={(event) => paste(event, at)}
                />
                {error && (
                  <p className="field-error" role="alert">
                    {error}
                  </p>
                )}
              </div>
              <button type="button" className="button quiet icon" aria-label={t("Remove question {number}", { number: at + 1 })} onClick={() => remove(at)}>
                <X size={16} aria-hidden="true" />
              </button>
            </li>
          );
        })}
      </ol>
      <button type="button" className="button" onClick={add}>
        <Plus size={16} aria-hidden="true" />
        {t("Add question")}
      </button>
    </div>
  );
}

/** Those that have both; an empty row is nothing, and half a pair is a fault. */
export function complete(pairs: readonly Pair[]): Pair[] {
  return pairs
    .map(({ question, answer }) => ({ question: question.trim(), answer: answer.trim() }))
    .filter(({ question, answer }) => question && answer);
}

export function fault({ question, answer }: Pair): string {
  if (question.trim() && !answer.trim()) return t("This question has no answer. Write one, or remove the question.");
  if (answer.trim() && !question.trim()) return t("This answer has no question. Write one, or remove the answer.");
  return "";
}

/** Two columns as a sheet puts them on the clipboard: a tab between cells, quotes around a cell with lines. */
export function fromSheet(text: string): Pair[] {
  if (!text.includes("\t")) return [];
  const pairs = rows(text).map(([question = "", answer = ""]) => ({ question: question.trim(), answer: answer.trim() }));
  return pairs.filter(({ question, answer }) => question || answer);
}

function rows(text: string): string[][] {
  const found: string[][] = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    const row = found.at(-1)!;
    const cell = row.at(-1)!;
    const write = (more: string) => (row[row.length - 1] = cell + more);
    if (sign === '"' && (quoted || cell === "")) {
      if (quoted && text[at + 1] === '"') write(text[at++]!);
      else quoted = !quoted;
    } else if (sign === "\t" && !quoted) row.push("");
    else if (sign === "\n" && !quoted) found.push([""]);
    else if (sign !== "\r") write(sign);
  }
  return found;
}
