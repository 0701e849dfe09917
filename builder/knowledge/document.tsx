/** One document: what was understood of it, its versions, and its editor where it was written here. */

import { CircleAlert, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useCallback, useState } from "react";
import { Link } from "react-router";

import { Menu } from "$/public/external/builder/design/sources/menu.tsx";
import { Tabs } from "$/public/external/builder/design/sources/tabs.tsx";

import { AskDialog } from "./actions";
import { Item } from "./adding";
import { Editing } from "./editing";
import { isElsewhere, kindWord } from "./kinds";
import type { Reader } from "./knowledge";
import { Elsewhere, Markdown } from "./markdown";
import type { Say } from "./notices";
import { toDocument, toSource, toSources, type Place } from "./place";
import { useReading } from "./reading";
import { Failed, Header, Late, Missing, Waiting } from "./states";
import { Versions } from "./versions";
import { ask, change, type Document, type PriceRow, type Source } from "./wire";
import { languageName, number, pagesIn, t } from "./words";

interface Props {
  reader: Reader;
  id: string;
  part: Place["part"];
  go: (to: string) => void;
  say: Say;
}

export function DocumentView({ reader, id, part, go, say }: Props) {
  const path = `documents/${encodeURIComponent(id)}`;
  const read = useCallback((signal: AbortSignal) => ask<Document>(path, signal), [path]);
  const { value: document, failed, missing, late, again } = useReading(read);
  const from = document?.source_id;
  const readSource = useCallback(async (signal: AbortSignal) => (from ? ask<Source>(`sources/${from}`, signal) : null), [from]);
  const source = useReading(readSource);
  if (missing) return <><Header title={t("Document")} back={[t("Knowledge"), toSources()]} /><Missing title={t("This document is not here")} to={toSources()} back={t("All sources")} /></>;
  if (failed) return <><Header title={t("Document")} back={[t("Knowledge"), toSources()]} /><Failed onRetry={again} /></>;
  if (!document) return <><Header title={<span className="skeleton knowledge-title" />} back={[t("Knowledge"), toSources()]} /><Waiting /></>;
  const editable = reader.edits && isWritten(document);
  if (part === "edit" && editable) return <Editing reader={reader} document={document} go={go} say={say} />;
  const parts = [
    { name: "text", label: t("What is known"), to: toDocument(id) },
    { name: "versions", label: t("Versions"), to: toDocument(id, "versions") },
  ];
  return (
    <>
      <Header title={document.title} back={[source.value?.title ?? t("Its source"), toSource(document.source_id)]}>
        {reader.edits && (
          <div className="knowledge-head-actions">
            {editable && (
              <Link className="button primary" to={toDocument(id, "edit")}>
                <Pencil size={16} aria-hidden="true" />
                {t("Edit")}
              </Link>
            )}
            <DocumentActions document={document} say={say} go={go} />
          </div>
        )}
      </Header>
      {late && <Late />}
      <p className="knowledge-subtitle">
        <Facts document={document} />
      </p>
      <Tabs label={t("Parts of the document")} tabs={parts} current={part === "versions" ? part : "text"} />
      {part === "versions" ? <Versions reader={reader} document={document} say={say} /> : <Understood document={document} />}
    </>
  );
}

/** Whether it was written here: all else is changed where it comes from. */
export function isWritten({ kind }: Document): boolean {
  return kind === "faq" || kind === "article";
}

function Facts({ document: { kind, language, pages, version, url } }: { document: Document }) {
  const facts = [kindWord(kind), language && languageName(language), pages && pagesIn(pages), version > 0 && t("Version {version}", { version })];
  return (
    <>
      {facts.filter(Boolean).join(" · ")}
      {url && (
        <>
          {" · "}
          <Elsewhere to={url}>{url}</Elsewhere>
        </>
      )}
    </>
  );
}

function DocumentActions({ document, say, go }: { document: Document; say: Say; go: (to: string) => void }) {
  const [deleting, setDeleting] = useState(false);
  const { id, title, source_id } = document;
  const one = document.kind === "reviewed"; // of many answers
  const alone = !one && !isElsewhere(document.kind); // the one document of its source
  const act = async () => {
    await change("DELETE", `documents/${id}`);
    say(t("“{title}” is deleted.", { title }));
    go(alone ? toSources() : toSource(source_id));
  };
  return (
    <>
      <Menu label={t("Actions for {title}", { title })} face={<Ellipsis size={16} aria-hidden="true" />}>
        <Item icon={Trash2} label={t("Delete")} danger onClick={() => setDeleting(true)} />
      </Menu>
      <AskDialog open={deleting} title={t("Delete document")} button={t("Delete for good")} danger onClose={() => setDeleting(false)} act={act}>
        <div className="stack-4">
          <p>
            <strong className="knowledge-wrap">{title}</strong>
          </p>
          <p>{t("From their next answer on, running bots find nothing of it any more. What was said in conversations stays as it is.")}</p>
          <p className="help">{alone ? t("Its source and all its versions go with it. This can't be taken back.") : one ? t("All its versions go with it. This can't be taken back.") : t("All its versions go with it. It stays away when its site is read again.")}</p>
        </div>
      </AskDialog>
    </>
  );
}

function Understood({ document }: { document: Document }) {
  const { error, pairs, rows, text } = document;
  return (
    <>
      {error && (
        <p className="form-error knowledge-problem">
          <CircleAlert size={16} aria-hidden="true" />
          <span>
            {error} {text && t("Until it can be read, bots answer from the version below.")}
          </span>
        </p>
      )}
      {pairs ? <Pairs pairs={pairs} /> : rows ? <Prices rows={rows} total={document.total_rows ?? rows.length} /> : <Text text={text} />}
    </>
  );
}

function Text({ text }: { text: string }) {
  if (!text.trim()) return <p className="knowledge-none">{t("Nothing could be read in it yet.")}</p>;
  return (
    <article className="card knowledge-text" aria-label={t("The text as it was understood")}>
      <Markdown text={text} />
    </article>
  );
}

function Pairs({ pairs }: { pairs: readonly { question: string; answer: string }[] }) {
  return (
    <dl className="card knowledge-pairs-read">
      {pairs.map(({ question, answer }, at) => (
        <div key={at}>
          <dt dir="auto">{question}</dt>
          <dd className="knowledge-text" dir="auto">
            <Markdown text={answer} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Rows of a price list under the names that their columns had; what is sold comes first. */
function Prices({ rows, total }: { rows: readonly PriceRow[]; total: number }) {
  const isName = (column: string) => rows.some(({ name, fields }) => fields[column] === name);
  const columns = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))].sort((one, other) => Number(isName(other)) - Number(isName(one)));
  return (
    <>
      <p className="knowledge-quiet">{rows.length < total ? t("The first {shown} of {total} rows", { shown: rows.length, total }) : total === 1 ? t("1 row") : t("{total} rows", { total })}</p>
      <div className="knowledge-scroll card knowledge-prices" tabIndex={0} role="region" aria-label={t("Price list")}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" dir="auto">
                  {column}
                </th>
              ))}
              <th scope="col" className="knowledge-number">
                {t("Price as a number")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ fields, price, currency }, at) => (
              <tr key={at}>
                {columns.map((column) => (
                  <td key={column} dir="auto">
                    {written(fields[column])}
                  </td>
                ))}
                <td className="knowledge-number">{price === null ? <span className="quiet-text">{t("None found")}</span> : `${number(Number(price), 4)} ${currency ?? ""}`.trim()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function written(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : typeof value === "number" ? number(value, 6) : JSON.stringify(value);
}
