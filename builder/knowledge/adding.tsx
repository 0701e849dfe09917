/** The ways in: the menu that offers them, and the dialogs of files and addresses. */

import { FileUp, Globe, MessagesSquare, Network, NotebookPen, Plus, type LucideIcon } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Link } from "react-router";

import { Menu } from "$/public/external/builder/design/sources/menu.tsx";

import { AddressDialog } from "./address";
import { FilesDialog } from "./files";
import type { Reader } from "./knowledge";
import type { Say } from "./notices";
import { toNew } from "./place";
import { useUploads, type Uploads } from "./uploads";
import { t } from "./words";

type Way = "files" | "url" | "sitemap";

export interface Adding {
  open: Way | null;
  uploads: Uploads;
  begin: (way: Way) => void;
  close: () => void;
  take: (files: Iterable<File>) => void;
  say: Say;
}

export function useAdding(say: Say): Adding {
  const [open, setOpen] = useState<Way | null>(null);
  const uploads = useUploads();
  const take = useCallback(
    (files: Iterable<File>) => {
      uploads.take(files);
      setOpen("files");
    },
    [uploads],
  );
  return { open, uploads, begin: setOpen, close: () => setOpen(null), take, say };
}

export function AddMenu({ adding, go }: { adding: Adding; go: (to: string) => void }) {
  const face = (
    <>
      <Plus size={16} aria-hidden="true" />
      {t("Add source")}
    </>
  );
  return (
    <Menu label={t("Add source")} face={face} buttonClass="button primary">
      <Item icon={FileUp} label={t("Files")} onClick={() => adding.begin("files")} />
      <Item icon={Globe} label={t("Web address")} onClick={() => adding.begin("url")} />
      <Item icon={Network} label={t("Sitemap")} onClick={() => adding.begin("sitemap")} />
      <Item icon={MessagesSquare} label={t("Questions and answers")} onClick={() => go(toNew("faq"))} />
      <Item icon={NotebookPen} label={t("Article")} onClick={() => go(toNew("article"))} />
    </Menu>
  );
}

interface ItemProps {
  icon: LucideIcon;
  label: string;
  danger?: boolean;
  onClick: () => void;
}

export function Item({ icon: Icon, label, danger, onClick }: ItemProps) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={danger ? "menu-item danger" : "menu-item"} onClick={onClick}>
      <Icon size={16} aria-hidden="true" />
      <span className="menu-text">{label}</span>
    </button>
  );
}

/** All ways in, each with what it is good for: where there is nothing yet. */
export function Ways({ adding }: { adding: Adding }) {
  return (
    <ul className="knowledge-ways">
      <li>
        <button type="button" onClick={() => adding.begin("files")}>
          <Way icon={FileUp} title={t("Files")} text={t("PDF, DOCX, HTML, Markdown, text, and tables as CSV or XLSX. Or drop them anywhere on this page.")} />
        </button>
      </li>
      <li>
        <button type="button" onClick={() => adding.begin("url")}>
          <Way icon={Globe} title={t("Web address")} text={t("One page, or a page with those it links to.")} />
        </button>
      </li>
      <li>
        <button type="button" onClick={() => adding.begin("sitemap")}>
          <Way icon={Network} title={t("Sitemap")} text={t("Every page that a site lists of itself.")} />
        </button>
      </li>
      <li>
        <Link to={toNew("faq")}>
          <Way icon={MessagesSquare} title={t("Questions and answers")} text={t("Written here, or pasted from a sheet.")} />
        </Link>
      </li>
      <li>
        <Link to={toNew("article")}>
          <Way icon={NotebookPen} title={t("Article")} text={t("A text of your own, with headings and lists.")} />
        </Link>
      </li>
    </ul>
  );
}

function Way({ icon: Icon, title, text }: { icon: LucideIcon; title: string; text: string }) {
  return (
    <>
      <span className="knowledge-tile" aria-hidden="true">
        <Icon size={16} />
      </span>
      <span>
        <strong>{title}</strong>
        <span className="knowledge-quiet">{text}</span>
      </span>
    </>
  );
}

/** Files that are dragged over the page may be let go anywhere; and the dialogs of the ways in. */
export function DropAnywhere({ adding, reader }: { adding: Adding; reader: Reader }) {
  const [over, setOver] = useState(false);
  const { take } = adding;

  useEffect(() => {
    let leaving = 0;
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const hover = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      window.clearTimeout(leaving);
      setOver(true);
    };
    // It leaves one element after having entered the next: only silence means that it has gone.
    const leave = () => {
      window.clearTimeout(leaving);
      leaving = window.setTimeout(() => setOver(false), 100);
    };
    const release = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer?.files ?? []);
    };
    const heard = { dragenter: hover, dragover: hover, dragleave: leave, drop: release };
    const all = Object.entries(heard) as ["dragover", (event: DragEvent) => void][];
    all.forEach(([name, listener]) => window.addEventListener(name, listener));
    return () => {
      window.clearTimeout(leaving);
      all.forEach(([name, listener]) => window.removeEventListener(name, listener));
    };
  }, [take]);

  return (
    <>
      {over && (
        <div className="knowledge-over" aria-hidden="true">
          <FileUp size={32} />
          {t("Let go to add these files")}
        </div>
      )}
      <FilesDialog adding={adding} />
      <AddressDialog adding={adding} reader={reader} />
    </>
  );
}
