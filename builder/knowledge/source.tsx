/** One source: how its last reading went, when the next one is, and its documents. */

import { CircleAlert, FileSearch, Pencil, RotateCw } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "react-router";

import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import { AskDialog, readAgain, SourceActions } from "./actions";
import { DepthField, faultOfPages, PagesField } from "./address";
import { isElsewhere, isMoving, KindTile, kindWord, State, unreadable } from "./kinds";
import type { Reader } from "./knowledge";
import { Elsewhere } from "./markdown";
import type { Say } from "./notices";
import { toDocument, toSources } from "./place";
import { useReading } from "./reading";
import { Empty, Failed, Header, Late, Missing, Waiting } from "./states";
import { Next } from "./sources";
import { ask, askAll, change, reason, type Every, type Listed, type Source } from "./wire";
import { documentsIn, languageName, number, pagesIn, t } from "./words";

interface Props {
  reader: Reader;
  id: string;
  go: (to: string) => void;
  say: Say;
}

export function SourceView({ reader, id, go, say }: Props) {
  const read = useCallback((signal: AbortSignal) => ask<Source>(`sources/${encodeURIComponent(id)}`, signal), [id]);
  const { value: source, failed, missing, late, again } = useReading(read, isMoving);
  const back: [string, string] = [t("Knowledge"), toSources()];
  if (missing) return <><Header title={t("Source")} back={back} /><Missing title={t("This source is not here")} to={toSources()} back={t("All sources")} /></>;
  if (failed) return <><Header title={t("Source")} back={back} /><Failed onRetry={again} /></>;
  if (!source) return <><Header title={<span className="skeleton knowledge-title" />} back={back} /><Waiting /></>;
  return (
    <>
      <Header title={source.title} back={back}>
        {reader.edits && (
          <div className="knowledge-head-actions">
            <button type="button" className="button" disabled={isMoving(source)} onClick={() => void readAgain(source, say)}>
              <RotateCw size={16} aria-hidden="true" />
              {t("Read again")}
            </button>
            <SourceActions source={source} say={say} onDeleted={() => go(toSources())} />
          </div>
        )}
      </Header>
      {late && <Late />}
      <div className="knowledge-columns aside-first">
        <Documents source={source} reader={reader} />
        <aside className="knowledge-aside" aria-label={t("About this source")}>
          <About source={source} reader={reader} say={say} />
          <Report source={source} />
        </aside>
      </div>
    </>
  );
}

function About({ source, reader, say }: { source: Source; reader: Reader; say: Say }) {
  const { kind, settings } = source;
  return (
    <section className="card knowledge-card">
      <h2 className="knowledge-about-head">
        <KindTile kind={kind} />
        {kindWord(kind)}
      </h2>
      <State source={source} />
      <dl className="knowledge-facts">
        <div>
          <dt>{t("Collection")}</dt>
          <dd>{source.collection.name}</dd>
        </div>
        {settings.url && (
          <div>
            <dt>{t("Address")}</dt>
            <dd>
              <Elsewhere to={settings.url}>{settings.url}</Elsewhere>
            </dd>
          </div>
        )}
        {isElsewhere(kind) && (
          <div>
            <dt>{t("What is read")}</dt>
            <dd>
              {reach(source)} {reader.edits && <Reach source={source} />}
            </dd>
          </div>
        )}
        <div>
          <dt>{t("Last read")}</dt>
          <dd>{source.read_at ? <RelativeTime at={source.read_at} /> : t("Not yet")}</dd>
        </div>
        {isElsewhere(kind) && (
          <div>
            <dt>{t("Next reading")}</dt>
            <dd>
              <Next source={source} />
            </dd>
          </div>
        )}
      </dl>
      {isElsewhere(kind) && reader.edits && <Schedule source={source} say={say} />}
    </section>
  );
}

function reach({ kind, settings: { depth = 0, pages = 1 } }: Source): string {
  if (kind === "sitemap") return t("What the sitemap lists, at most {pages}", { pages: pagesIn(pages) });
  if (!depth) return t("This page only");
  return depth === 1 ? t("Links followed 1 deep, at most {pages}", { pages: pagesIn(pages) }) : t("Links followed {depth} deep, at most {pages}", { depth, pages: pagesIn(pages) });
}

/** How far links are followed, and how many pages are read. */
function Reach({ source: { id, kind, settings } }: { source: Source }) {
  const [open, setOpen] = useState(false);
  const [depth, setDepth] = useState(settings.depth ?? 0);
  const [pages, setPages] = useState(String(settings.pages ?? 1));
  const [error, setError] = useState("");
  const act = async () => {
    const fault = faultOfPages(pages);
    setError(fault);
    if (fault) return false;
    const wanted = { ...settings, pages: Number(pages), ...(kind === "url" && { depth }) };
    await change("PATCH", `sources/${id}`, { settings: wanted }); // which has it read again
    return true;
  };
  return (
    <>
      <button type="button" className="knowledge-link" onClick={() => setOpen(true)}>
        {t("Change")}
      </button>
      <AskDialog open={open} title={t("What is read")} button={t("Save and read again")} onClose={() => setOpen(false)} act={act}>
        {kind === "url" && <DepthField value={depth} none onChange={setDepth} />}
        {(kind === "sitemap" || depth > 0) && <PagesField value={pages} error={error} onChange={setPages} />}
      </AskDialog>
    </>
  );
}

function Schedule({ source, say }: { source: Source; say: Say }) {
  const choose = async (every: string) => {
    try {
      await change("PATCH", `sources/${source.id}`, { every: (every || null) as Every });
      say(every ? t("It is read again on its own now.") : t("It is no longer read on its own."));
    } catch (error) {
      say(reason(error));
    }
  };
  return (
    <label className="field knowledge-every">
      <span className="label">{t("Read it again")}</span>
      <select className="input" value={source.every ?? ""} onChange={(event) => void choose(event.target.value)}>
        <option value="">{t("Never")}</option>
        <option value="P1D">{t("Every day")}</option>
        <option value="P7D">{t("Every week")}</option>
      </select>
    </label>
  );
}

/** What the last reading brought: "3 added, 1 changed", and what was left out. */
function Report({ source: { report, errors } }: { source: Source }) {
  const { added = 0, changed = 0, removed = 0, unchanged = 0, notes = [] } = report;
  if (!added && !changed && !removed && !unchanged && !notes.length && !errors.length) return null;
  const counts: [number, string][] = [
    [added, t("added")],
    [changed, t("changed")],
    [removed, t("removed")],
    [unchanged, t("unchanged")],
  ];
  return (
    <section className="card knowledge-card">
      <h2>{t("Last reading")}</h2>
      <ul className="knowledge-counts">
        {counts.map(([count, said]) => (
          <li key={said} className={count ? "" : "none"}>
            <strong>{number(count)}</strong> {said}
          </li>
        ))}
      </ul>
      {notes.length > 0 && (
        <ul className="knowledge-notes">
          {notes.map((note, at) => (
            <li key={at}>{note}</li>
          ))}
        </ul>
      )}
      {errors.length > 0 && (
        <>
          <h3>{unreadable(errors.length)}</h3>
          <ul className="knowledge-errors">
            {errors.map(({ document, message }, at) => (
              <li key={at}>
                <CircleAlert size={16} aria-hidden="true" />
                <span>
                  <strong className="knowledge-wrap" dir="auto">
                    {document}
                  </strong>
                  <br />
                  {message}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Documents({ source, reader }: { source: Source; reader: Reader }) {
  const { id } = source;
  const read = useCallback((signal: AbortSignal) => askAll<Listed>(`sources/${encodeURIComponent(id)}/documents`, signal), [id]);
  const moves = isMoving(source);
  const { value: documents, failed, late, again } = useReading(read, () => moves);
  const moved = useRef(moves);
  useEffect(() => {
    if (moved.current !== moves) again(); // a reading begins, or has ended since one looked
    moved.current = moves;
  }, [moves, again]);
  const [title, setTitle] = useState("");
  if (failed) return <Failed onRetry={again} />;
  if (!documents) return <Waiting />;
  if (!documents.length) return <NoDocument source={source} />;
  const wanted = title.trim().toLocaleLowerCase();
  const shown = documents.filter((document) => `${document.title} ${document.url ?? ""}`.toLocaleLowerCase().includes(wanted));
  return (
    <section className="knowledge-main" aria-label={t("Documents")}>
      {late && <Late />}
      <h2>{documentsIn(documents.length)}</h2>
      {documents.length > 8 && <input className="input" type="search" aria-label={t("Search in documents")} placeholder={t("Search in documents")} value={title} onChange={(event) => setTitle(event.target.value)} />}
      {shown.length === 0 && <p className="knowledge-none">{t("No document matches.")}</p>}
      <ul className="table-wrap knowledge-documents">
        {shown.map((document) => (
          <Row key={document.id} document={document} editable={reader.edits && (source.kind === "faq" || source.kind === "article")} />
        ))}
      </ul>
    </section>
  );
}

function NoDocument({ source }: { source: Source }) {
  if (isMoving(source)) return <Empty icon={FileSearch} title={t("It is being read")} text={t("Its documents appear here one after the other. You may leave this page meanwhile.")} />;
  if (source.status === "failed") return <Empty icon={CircleAlert} title={t("It could not be read")} text={source.error ?? t("The reason was not told. Read it again.")} />;
  return <Empty icon={FileSearch} title={t("There is no document in it")} text={t("Nothing was found there that can be read. Look at the address, or read it again.")} />;
}

function Row({ document, editable }: { document: Listed; editable: boolean }) {
  const facts = [document.language && languageName(document.language), document.version > 0 && t("Version {version}", { version: document.version })].filter(Boolean);
  return (
    <li data-id={document.id}>
      <div>
        <Link className="strong-link" to={toDocument(document.id)} dir="auto">
          {document.title}
        </Link>
        {document.url && <span className="knowledge-quiet knowledge-wrap">{document.url}</span>}
        <span className="knowledge-quiet">{facts.join(" · ")}</span>
        {document.error && (
          <span className="field-error">
            <CircleAlert size={14} aria-hidden="true" />
            <span>{document.error}</span>
          </span>
        )}
      </div>
      {document.status === "failed" && <span className="badge red">{t("Not read")}</span>}
      {editable && (
        <Link className="button" to={toDocument(document.id, "edit")} aria-label={t("Edit {title}", { title: document.title })}>
          <Pencil size={16} aria-hidden="true" />
          {t("Edit")}
        </Link>
      )}
    </li>
  );
}
