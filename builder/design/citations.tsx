/** Where a statement of the bot comes from: numbers in its text, and below it a line a source. */

import { ChevronDown } from "lucide-react";
import { createContext, useContext, useEffect, useId, useRef, useState } from "react";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";

/** The text refers to it as `[number]`. */
export interface Citation {
  number: number;
  title: string;
  text?: string; // the very words
  page?: number;
  url?: string;
}

export interface CitationWords {
  sources: string;
  more: string;
  page: (number: number) => string;
  source: (number: number, title: string) => string;
}

interface Opened {
  number: number;
  by?: HTMLElement; // the mark that opened it
}

interface Quoting {
  citations: readonly Citation[];
  words?: CitationWords;
  opened?: Opened;
  open: (number: number, by?: HTMLElement) => void;
}

const FEW = 3; // sources shown at once

const Quoted = createContext<Quoting>({ citations: [], open: () => undefined });

type Props = { citations: readonly Citation[] | undefined; words: CitationWords; children: ReactNode };

/** A message: its `Mark`s open what its `Sources` hold. */
export function Quotable({ citations = [], words, children }: Props) {
  const [opened, setOpened] = useState<Opened>();
  const open = (number: number, by?: HTMLElement) =>
    setOpened(opened?.number === number ? undefined : by ? { number, by } : { number });
  const quoting: Quoting = opened ? { citations, words, opened, open } : { citations, words, open };
  return <Quoted.Provider value={quoting}>{children}</Quoted.Provider>;
}

/** `[1]` in a text, where the message has such a source. */
export function Mark({ number }: { number: number }) {
  const { citations, words, opened, open } = useContext(Quoted);
  const source = citations.find((each) => each.number === number);
  if (!source || !words) return <>[{number}]</>;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    event.stopPropagation();
    open(number, event.currentTarget);
  };
  return (
    <button
      type="button"
      className="citation-mark"
      aria-expanded={opened?.number === number}
      aria-label={words.source(number, source.title)}
      onClick={press}
    >
      {number}
    </button>
  );
}

export function Sources() {
  const { citations, words, opened, open } = useContext(Quoted);
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const id = useId();
  const unfolded = () => list.current?.querySelector<HTMLElement>("[aria-expanded='true']");
  const few = citations.slice(0, FEW);
  const folded = !all && citations.length > FEW + 1;
  const number = opened?.number;
  const by = opened?.by;

  useEffect(() => {
    if (folded && number !== undefined && !few.some((each) => each.number === number)) setAll(true);
    else if (by) unfolded()?.focus();
    unfolded()?.parentElement?.scrollIntoView({ block: "nearest" });
  }, [number, by, folded]);

  if (!citations.length || !words) return null;

  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || number === undefined) return;
    event.stopPropagation();
    open(number);
    (by ?? unfolded())?.focus();
  };
  const rest = () => {
    setAll(true);
    window.setTimeout(() => list.current?.children[FEW]?.querySelector("button")?.focus());
  };
  return (
    <ol className="citations" ref={list} aria-label={words.sources} onKeyDown={pressed}>
      {(folded ? few : citations).map((each) => (
        <li key={each.number}>
          <button
            type="button"
            className="citation-line"
            aria-expanded={number === each.number}
            aria-controls={`${id}-${each.number}`}
            onClick={() => open(each.number)}
          >
            <span className="citation-mark">{each.number}</span>
            <span className="citation-title" dir="auto">{each.title}</span>
            {each.page !== undefined && <span className="citation-page">{words.page(each.page)}</span>}
            <ChevronDown size={14} aria-hidden="true" />
          </button>
          <div id={`${id}-${each.number}`} className="citation-passage" hidden={number !== each.number}>
            <Passage of={each} />
          </div>
        </li>
      ))}
      {folded && (
        <li>
          <button type="button" className="citation-rest" onClick={rest}>
            {words.more}
          </button>
        </li>
      )}
    </ol>
  );
}

function Passage({ of: { text, url, page } }: { of: Citation }) {
  const web = url && /^https?:\/\//i.test(url) ? url : null;
  const exactly = web && page && /\.pdf$/i.test(web) ? `${web}#page=${page}` : web;
  return (
    <>
      {text && (
        <blockquote dir="auto" tabIndex={0}>
          {text}
        </blockquote>
      )}
      {web && exactly && (
        <a href={exactly} target="_blank" rel="noopener noreferrer nofollow">
          {web.replace(/^https?:\/\/(www\.)?|\/$/gi, "")}
        </a>
      )}
    </>
  );
}

/** The sources as lines of plain text, for a copy. */
export function sourceLines(citations: readonly Citation[] | undefined, words: CitationWords): string {
  const lines = (citations ?? []).map(({ number, title, page, url }) => {
    const place = page === undefined ? title : `${title}, ${words.page(page)}`;
    return `\n  [${number}] ${[place, url].filter(Boolean).join(" ")}`;
  });
  return lines.join("");
}
