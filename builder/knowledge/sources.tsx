/** The list of sources, with how far each is read; it moves while they are. */

import { BookOpen, Search } from "lucide-react";
import { useCallback, useState } from "react";
import { Link } from "react-router";

import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";

import { SourceActions } from "./actions";
import { AddMenu, Ways, type Adding } from "./adding";
import { useCollections } from "./collection_field";
import { everyWord, isElsewhere, isMoving, KindTile, kindWord, State, statusWord } from "./kinds";
import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { toSource, toSources, type Place } from "./place";
import { useReading } from "./reading";
import { Empty, Failed, Header, Late, Tabs, Waiting } from "./states";
import { askAll, type Source, type Status } from "./wire";
import { t } from "./words";

interface Props {
  reader: Reader;
  place: Place;
  adding: Adding;
  go: (to: string) => void;
  say: Say;
}

export function Sources({ reader, place, adding, go, say }: Props) {
  const read = useCallback((signal: AbortSignal) => askAll<Source>("sources", signal), []);
  const sources = useReading(read, (found) => found.some(isMoving));
  const all = sources.value;
  const empty = all?.length === 0;
  return (
    <>
      <Header title={t("Knowledge")}>
        <Sending adding={adding} />
        {reader.edits && !empty && <AddMenu adding={adding} go={go} />}
      </Header>
      <Tabs view="sources" />
      {sources.late && <Late />}
      {sources.failed && <Failed onRetry={sources.again} />}
      {!all && !sources.failed && <Waiting />}
      {empty && <Nothing reader={reader} adding={adding} />}
      {all && !empty && <List all={all} reader={reader} place={place} go={go} say={say} />}
    </>
  );
}

/** Files that are still on their way while their dialog is closed. */
function Sending({ adding: { open, uploads, begin } }: { adding: Adding }) {
  const left = uploads.lines.filter(({ state }) => state === "waiting" || state === "sending").length;
  const failed = uploads.lines.filter(({ state }) => state === "refused").length;
  if (open === "files" || left + failed === 0) return null;
  const said = left ? (left === 1 ? t("1 file is being sent") : t("{count} files are being sent", { count: left })) : failed === 1 ? t("1 file was not added") : t("{count} files were not added", { count: failed });
  return (
    <button type="button" className="button" onClick={() => begin("files")}>
      {said}
    </button>
  );
}

function Nothing({ reader, adding }: { reader: Reader; adding: Adding }) {
  const text = t("Bots answer questions from what you add here, and name the page they have it from. Files, web pages, questions with their answers and your own articles can be added; Flyt reads them and keeps them up to date.");
  return (
    <>
      <Empty icon={BookOpen} title={t("What your bots know will be here")} text={reader.edits ? text : `${text} ${t("Nobody has added anything yet; an editor can do so.")}`} />
      {reader.edits && <Ways adding={adding} />}
    </>
  );
}

interface ListProps {
  all: readonly Source[];
  reader: Reader;
  place: Place;
  go: (to: string) => void;
  say: Say;
}

const STATUSES: Status[] = ["ready", "working", "queued", "failed"];

function List({ all, reader, place, go, say }: ListProps) {
  const [title, setTitle] = useState("");
  const collections = useCollections() ?? [];
  const wanted = title.trim().toLocaleLowerCase();
  const shown = all.filter(
    (source) =>
      (!place.collection || source.collection.id === place.collection) && (!place.status || source.status === place.status) && source.title.toLocaleLowerCase().includes(wanted),
  );
  const clear = () => {
    setTitle("");
    go(toSources());
  };
  return (
    <>
      <div className="knowledge-filters" role="group" aria-label={t("Filters")}>
        <span className="knowledge-search">
          <Search size={16} aria-hidden="true" />
          <input className="input" type="search" aria-label={t("Search in titles")} placeholder={t("Search in titles")} value={title} onChange={(event) => setTitle(event.target.value)} />
        </span>
        <select className="input" aria-label={t("Collection")} value={place.collection} onChange={(event) => go(toSources(event.target.value, place.status))}>
          <option value="">{t("Any collection")}</option>
          {collections.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <select className="input" aria-label={t("State")} value={place.status} onChange={(event) => go(toSources(place.collection, event.target.value))}>
          <option value="">{t("Any state")}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {statusWord(status)}
            </option>
          ))}
        </select>
      </div>
      <p className="visually-hidden" role="status">
        {t("{count} of {total} sources", { count: shown.length, total: all.length })}
      </p>
      {shown.length === 0 ? (
        <div className="knowledge-none">
          <p>{t("No source matches.")}</p>
          <button type="button" className="button" onClick={clear}>
            {t("Clear the filters")}
          </button>
        </div>
      ) : (
        <Table sources={shown} reader={reader} say={say} />
      )}
    </>
  );
}

function Table({ sources, reader, say }: { sources: readonly Source[]; reader: Reader; say: Say }) {
  return (
    <div className="table-wrap">
      <table className="table knowledge-table">
        <caption className="visually-hidden">{t("Sources")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("Source")}</th>
            <th scope="col">{t("State")}</th>
            <th scope="col">{t("Last read")}</th>
            <th scope="col">{t("Next reading")}</th>
            {reader.edits && (
              <th scope="col">
                <span className="visually-hidden">{t("Actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <tr key={source.id} data-id={source.id}>
              <td className="head-cell">
                <Name source={source} />
              </td>
              <td data-label={t("State")}>
                <State source={source} />
              </td>
              <td data-label={t("Last read")}>{source.read_at ? <RelativeTime at={source.read_at} /> : <span className="quiet-text">{t("Not yet")}</span>}</td>
              <td data-label={t("Next reading")}>
                <Next source={source} />
              </td>
              {reader.edits && (
                <td className="actions">
                  <SourceActions source={source} say={say} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Name({ source }: { source: Source }) {
  return (
    <span className="knowledge-name">
      <KindTile kind={source.kind} />
      <span>
        <Link className="strong-link" to={toSource(source.id)} dir="auto">
          {source.title}
        </Link>
        <span className="knowledge-quiet">
          {kindWord(source.kind)} · {source.collection.name}
        </span>
      </span>
    </span>
  );
}

export function Next({ source }: { source: Source }) {
  if (!isElsewhere(source.kind)) return <span className="quiet-text">{t("Not needed")}</span>;
  if (!source.every || !source.next_at) return <span className="quiet-text">{t("Never on its own")}</span>;
  return (
    <span title={everyWord(source.every)}>
      <RelativeTime at={source.next_at} />
    </span>
  );
}
