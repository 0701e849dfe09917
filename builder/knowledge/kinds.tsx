/** The kinds of sources by icon and name, and how far one is read. */

import { BadgeCheck, FileText, Globe, MessagesSquare, Network, NotebookPen, Tags, type LucideIcon } from "lucide-react";

import type { Every, Kind, Source, Status } from "./wire";
import { documentsIn, number, pagesIn, passagesIn, t } from "./words";

const ICONS: Record<Kind, LucideIcon> = {
  file: FileText,
  url: Globe,
  sitemap: Network,
  faq: MessagesSquare,
  article: NotebookPen,
  pricelist: Tags,
  reviewed: BadgeCheck,
};

export function KindTile({ kind }: { kind: Kind }) {
  const Icon = ICONS[kind];
  return (
    <span className="knowledge-tile" aria-hidden="true">
      <Icon size={16} />
    </span>
  );
}

export function kindWord(kind: Kind): string {
  return {
    file: t("File"),
    url: t("Web address"),
    sitemap: t("Sitemap"),
    faq: t("Questions and answers"),
    article: t("Article"),
    pricelist: t("Price list"),
    reviewed: t("Reviewed answers"),
  }[kind];
}

export function statusWord(status: Status): string {
  return { queued: t("Waiting"), working: t("Being read"), ready: t("Ready"), failed: t("Failed") }[status];
}

const TONES: Record<Status, string> = { queued: "", working: "blue", ready: "green", failed: "red" };

export function isMoving({ status }: Source): boolean {
  return status === "queued" || status === "working";
}

/** Whether the source lies elsewhere, so that it can change without us. */
export function isElsewhere(kind: Kind): boolean {
  return kind === "url" || kind === "sitemap";
}

export function everyWord(every: Every): string {
  if (every === "P1D") return t("Every day");
  return every === "P7D" ? t("Every week") : t("Never");
}

/** The state in words, with a bar while it is read and the reason where it failed. */
export function State({ source }: { source: Source }) {
  return (
    <div className="knowledge-state">
      <span className={`badge ${TONES[source.status]}`.trim()}>{statusWord(source.status)}</span>
      {source.status === "working" && <Progress source={source} />}
      {source.status === "queued" && <span className="knowledge-quiet">{t("It is read as soon as there is a free hand.")}</span>}
      {source.status === "failed" && <span className="knowledge-reason">{source.error || t("The reason was not told. Read it again.")}</span>}
      {source.status === "ready" && (
        <span className="knowledge-quiet">
          {documentsIn(source.documents)}, {passagesIn(source.chunks)}
        </span>
      )}
      {source.status === "ready" && source.error && <span className="knowledge-warning">{source.error}</span>}
      {source.status === "ready" && source.errors.length > 0 && <span className="knowledge-warning">{unreadable(source.errors.length)}</span>}
    </div>
  );
}

export function unreadable(count: number): string {
  return count === 1 ? t("1 document could not be read") : t("{count} documents could not be read", { count });
}

function Progress({ source }: { source: Source }) {
  const { done, total = 0 } = source.progress;
  return <Bar label={t("Reading {title}", { title: source.title })} said={reached(source)} done={done} total={total > 1 ? total : undefined} />;
}

interface BarProps {
  label: string;
  said: string;
  done: number | undefined;
  total: number | undefined;
}

/** How much of something is done. Without a total it only moves. */
export function Bar({ label, said, done, total }: BarProps) {
  const known = total ? { value: Math.min(done ?? 0, total), max: total } : {};
  return (
    <span className="knowledge-progress">
      <progress {...known} aria-label={label} aria-valuetext={said} />
      <span className="knowledge-quiet">{said}</span>
    </span>
  );
}

function reached({ kind, progress: { stage, done = 0, total = 0 } }: Source): string {
  if (stage === "indexing") return total ? t("Filing {done} of {documents}", { done: number(done), documents: documentsIn(total) }) : t("Filing what was read");
  if (stage === "embedding") return total ? t("Making {done} of {passages} findable", { done: number(done), passages: passagesIn(total) }) : t("Making it findable");
  if (!total || !isElsewhere(kind)) return t("Reading");
  return t("{done} of {pages}", { done: number(done), pages: pagesIn(total) });
}
