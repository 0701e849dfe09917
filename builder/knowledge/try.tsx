/** A question to try: the passages that a bot would find for it, best first. */

import { ExternalLink, Search, SearchX } from "lucide-react";
import { useCallback, useEffect, useId, useMemo, useRef, useState, type FormEvent } from "react";
import { Link } from "react-router";

import { SearchedBy, useEmbedders } from "./embedders";
import { written } from "./document";
import type { Reader } from "./knowledge";
import { Elsewhere, Markdown, type Draw } from "./markdown";
import { marking } from "./matching";
import { toDocument, toSources } from "./place";
import { useReading } from "./reading";
import { Empty, Failed, Field, Header, Late, Problem, Tabs, Waiting } from "./states";
import { askAll, inquire, reason, type Collection, type Passage } from "./wire";
import { number, t } from "./words";

const FOUND = 8; // passages asked for

interface Answer {
  query: string;
  passages: Passage[];
}

export function Try({ reader }: { reader: Reader }) {
  const read = useCallback((signal: AbortSignal) => askAll<Collection>("collections", signal), []);
  const collections = useReading(read, (found) => found.some(({ next_embedder }) => next_embedder !== null));
  const [chosen, setChosen] = useState("");
  const { answer, problem, asking, find } = useSearch();
  const all = collections.value ?? [];
  return (
    <>
      <Header title={t("Knowledge")} />
      <Tabs view="try" />
      {collections.late && <Late />}
      {collections.failed && <Failed onRetry={collections.again} />}
      <div className="knowledge-columns">
        <section className="knowledge-main" aria-label={t("Try a question")}>
          <Box asking={asking} onFind={(query) => find(query, chosen)} />
          <Problem text={problem} />
          {asking && !answer && <Waiting />}
          {answer && <Found answer={answer} />}
          {!answer && !asking && !problem && <Empty icon={Search} title={t("Ask as a visitor would")} text={t("The passages a bot would answer from show here, best first. Nothing is written by a language model, so this costs nothing.")} />}
        </section>
        <aside className="knowledge-aside" aria-label={t("Where it is looked for")}>
          {all.length > 0 && (
            <Field label={t("Look in")}>
              {(control) => (
                <select {...control} value={chosen} onChange={(event) => setChosen(event.target.value)}>
                  <option value="">{t("All collections")}</option>
                  {all.map(({ id, name }) => (
                    <option key={id} value={name}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <How collections={all.filter(({ name }) => !chosen || name === chosen)} reader={reader} />
        </aside>
      </div>
    </>
  );
}

/** What kind of search finds what stands on the left. */
function How({ collections, reader }: { collections: readonly Collection[]; reader: Reader }) {
  const embedders = useEmbedders();
  if (!collections.length) return null;
  return (
    <section className="card knowledge-card">
      <h2>{t("How it is searched")}</h2>
      {collections.map((collection) => (
        <div key={collection.id} className="knowledge-how">
          <h3 dir="auto">{collection.name}</h3>
          <SearchedBy key={collection.embedder} collection={collection} embedders={embedders} reader={reader} />
        </div>
      ))}
    </section>
  );
}

function useSearch() {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState("");
  const [asking, setAsking] = useState(false);
  const leaving = useRef<AbortController>(undefined);
  useEffect(() => () => leaving.current?.abort(), []);

  const find = async (query: string, collection: string) => {
    leaving.current?.abort(); // only the last question counts
    const mine = (leaving.current = new AbortController());
    setAsking(true);
    setProblem("");
    try {
      const { passages } = await inquire<{ passages: Passage[] }>("search", { query, top_k: FOUND, ...(collection && { collections: [collection] }) }, mine.signal);
      setAnswer({ query, passages });
    } catch (error) {
      if (mine.signal.aborted) return;
      setAnswer(null);
      setProblem(reason(error));
    }
    if (mine === leaving.current) setAsking(false);
  };
  return { answer, problem, asking, find: (query: string, collection: string) => void find(query, collection) };
}

function Box({ asking, onFind }: { asking: boolean; onFind: (query: string) => void }) {
  const [query, setQuery] = useState("");
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (query.trim()) onFind(query.trim());
  };
  return (
    <form className="knowledge-ask" role="search" onSubmit={submit}>
      <label htmlFor={id}>{t("Question")}</label>
      <div>
        <input id={id} className="input" type="search" dir="auto" maxLength={1000} autoComplete="off" enterKeyHint="search" value={query} placeholder={t("How long does delivery take?")} onChange={(event) => setQuery(event.target.value)} />
        <button type="submit" className="button primary" disabled={!query.trim()} aria-busy={asking}>
          {asking ? t("One moment…") : t("Find")}
        </button>
      </div>
    </form>
  );
}

function Found({ answer: { query, passages } }: { answer: Answer }) {
  const draw = useMemo(() => marking(query), [query]);
  if (!passages.length) {
    return (
      <Empty icon={SearchX} title={t("Nothing was found")} text={t("A bot would say that it does not know. Ask it in other words, or add a source that answers it.")}>
        <Link className="button" to={toSources()}>
          {t("All sources")}
        </Link>
      </Empty>
    );
  }
  return (
    <>
      <p className="knowledge-quiet" role="status">
        {passages.length === 1 ? t("1 passage for “{query}”", { query }) : t("{count} passages for “{query}”, best first", { count: passages.length, query })}
      </p>
      <ol className="knowledge-passages">
        {passages.map((passage, at) => (
          <Hit key={at} passage={passage} draw={draw} />
        ))}
      </ol>
    </>
  );
}

function Hit({ passage, draw }: { passage: Passage; draw: Draw }) {
  const { document_id, title, heading, page, url, question, score } = passage;
  const fields = Object.entries(passage.fields ?? {});
  return (
    <li className="card knowledge-hit">
      <div className="knowledge-hit-head">
        <span className="knowledge-score" title={t("How sure the search is, from 0 to 1")}>
          <meter min={0} max={1} value={score} aria-label={t("Score")} />
          {number(score, 2)}
        </span>
        <span className="badge">{kindOf(passage.kind)}</span>
        <h2 className="knowledge-where">
          <Link className="strong-link" to={toDocument(document_id)} dir="auto">
            {title}
          </Link>
          {page !== null && <span> · {t("Page {page}", { page })}</span>}
        </h2>
        {url && (
          <Elsewhere to={url}>
            {t("Open")}
            <ExternalLink size={14} aria-hidden="true" />
            <span className="visually-hidden">{t("{title} on its site", { title })}</span>
          </Elsewhere>
        )}
      </div>
      {heading && (
        <p className="knowledge-quiet" dir="auto">
          {heading}
        </p>
      )}
      {question && (
        <p dir="auto">
          <strong>{draw(question)}</strong>
        </p>
      )}
      {fields.length > 0 ? (
        <dl className="knowledge-fields">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt dir="auto">{name}</dt>
              <dd dir="auto">{draw(written(value))}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <div className="knowledge-text">
          <Markdown text={passage.text} top={2} draw={draw} />
        </div>
      )}
    </li>
  );
}

function kindOf(kind: string): string {
  const named: Record<string, string> = {
    text: t("Text"),
    table: t("Table"),
    faq: t("Question and answer"),
    price: t("Price"),
    reviewed: t("Reviewed answer"),
  };
  return named[kind] ?? kind;
}
