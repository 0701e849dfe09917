/** What a message may hold beside words and pictures: video, sound, files, other pages, sources. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { plain, safeAddress } from "../markdown.ts";
import { Link } from "../markdown-view.tsx";
import { useSetting } from "../surroundings.ts";
import type { Line } from "../transcript.ts";
import type { Attachment, Citation, Kept } from "../types.ts";
import { fill } from "../fill.ts";
import { Icon } from "./icons.tsx";

/** `url`: the line's own, where it may be followed and is not of a picture. */
export function Extras({ line, url }: { line: Line; url: string | null }) {
  const stored = line.url && line.type !== "embed" ? storedIn(line.url) : undefined;
  return (
    <>
      {stored && <Stored key={stored} id={stored} type={line.type} name={plain(line.text)} url={line.url as string} />}
      {url && <Shown url={url} type={line.type} file={{ name: nameIn(url), url }} />}
      {line.files?.map((file) =>
        file.id && DRAWN.test(file.type ?? "") ? <Stored key={file.id} id={file.id} type="image" name={file.name} /> : <FileChip file={file} key={file.id ?? file.name} />,
      )}
    </>
  );
}

const DRAWN = /^image\/(png|jpeg|gif|webp|avif)$/; // by every browser

/** The id of a file of our own store in its address there. */
export const storedIn = (url: string): string | undefined => /^\/files\/([\w-]+)/.exec(url)?.[1];

function Shown({ url, type, file }: { url: string; type: string; file: Attachment }) {
  if (type === "video") return <video class="media" src={url} controls preload="metadata" playsInline />;
  if (type === "audio") return <audio class="media" src={url} controls preload="metadata" />;
  if (type === "embed") return <Embed url={url} />;
  return type === "file" ? <FileChip file={file} /> : null;
}

/** A file by the id it is kept under; `url` is an address that may serve where the conversation has none of it. */
export function useStored(id: string | undefined, url?: string): { file?: Kept; lost: boolean } {
  const { conversation } = useSetting();
  const [found, setFound] = useState<{ file?: Kept; lost: boolean }>({ lost: false });
  useEffect(() => {
    if (!id) return;
    let here = true;
    conversation.api
      .kept(id)
      .catch(() => url?.includes("?") ? { name: "", url: new URL(url, conversation.api.base).href } : undefined)
      .then((file) => here && setFound({ file, lost: !file }));
    return () => void (here = false);
  }, [id]);
  return found;
}

/** What is kept with the conversation, drawn as what it is. */
function Stored({ id, type, name, url }: { id: string; type: string; name: string; url?: string }) {
  const { words } = useSetting();
  const [broken, setBroken] = useState(false);
  const { file, lost } = useStored(id, url);
  if (lost) return <p class="bad" role="alert">{words.lost}</p>;
  if (type === "image" && !broken) {
    return (
      <Fetching id={id} url={file?.url} kind="picture" name={name || words.picture}>
        {file && <img src={file.url} alt={name || words.picture} referrerpolicy="no-referrer" onError={() => setBroken(true)} />}
      </Fetching>
    );
  }
  if (!file) return null;
  return <Shown url={file.url} type={broken ? "file" : type} file={file.name ? { ...file, id, url: undefined } : { name: nameIn(file.url), url: file.url }} />;
}

/** Opens a file by an address made when it is pressed: those from before may be over. */
function Fetching({ id, url, kind, name, children }: { id: string; url?: string; kind: string; name?: string; children: ComponentChildren }) {
  const { conversation, words } = useSetting();
  const [lost, setLost] = useState(false);
  const fetch = async (event: MouseEvent) => {
    event.stopPropagation();
    const kept = await conversation.api.kept(id).catch(() => null);
    const address = kept?.url ?? url;
    if (address) open(address, "_blank", "noopener");
    setLost(!address);
  };
  return (
    <>
      <button type="button" class={kind} aria-label={name} onClick={(event) => void fetch(event)}>{children}</button>
      {lost && <p class="bad" role="alert">{words.lost}</p>}
    </>
  );
}

function FileChip({ file }: { file: Attachment }) {
  const { host } = useSetting();
  const inner = (
    <>
      <Icon name="file" />
      <span class="filename" dir="auto">{file.name}</span>
      {file.size !== undefined && <span class="quiet">{sized(file.size, host.language)}</span>}
    </>
  );
  const url = file.url ? safeAddress(file.url) : null;
  if (url) return <a class="chip" href={url} target="_blank" rel="noopener noreferrer">{inner}</a>;
  return <Fetching id={file.id as string} kind="chip">{inner}</Fetching>;
}

/** Somebody else's page: nothing of it is asked for before the visitor wants it. */
function Embed({ url }: { url: string }) {
  const { words } = useSetting();
  const [wanted, setWanted] = useState(false);
  const where = new URL(url).host;
  return wanted ? (
    <iframe class="media" src={url} title={where} sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" referrerpolicy="no-referrer" allowFullScreen />
  ) : (
    <button type="button" class="chip" onClick={() => setWanted(true)}>
      {fill(words.embed, { host: where })}
    </button>
  );
}

const FEW = 3; // sources shown at once

interface Shown {
  citations: readonly Citation[];
  opened?: number;
  by?: HTMLElement; // the mark that opened it
  open?(number: number): void;
}

/** What a message refers to: one line a source, which unfolds what was quoted. */
export function Sources({ citations, opened, by, open }: Shown) {
  const { words } = useSetting();
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const id = useId();
  const unfolded = () => list.current?.querySelector<HTMLElement>("[aria-expanded='true']");
  const few = citations.slice(0, FEW);
  const folded = !all && citations.length > FEW + 1;
  useEffect(() => {
    if (folded && opened !== undefined && !few.some((each) => each.number === opened)) setAll(true);
    else if (by) unfolded()?.focus();
    unfolded()?.parentElement?.scrollIntoView({ block: "nearest" });
  }, [opened, by, folded]);
  const rest = () => {
    setAll(true);
    setTimeout(() => list.current?.children[FEW]?.querySelector("button")?.focus());
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || opened === undefined) return;
    event.preventDefault(); // the chat stays open
    open?.(opened);
    (by ?? unfolded())?.focus();
  };
  return (
    <ol class="sources" ref={list} aria-label={words.sources} onKeyDown={pressed} onClick={(event) => event.stopPropagation()}>
      {(folded ? few : citations).map((each) => (
        <li key={each.number}>
          <button
            type="button" aria-expanded={opened === each.number} aria-controls={`${id}-${each.number}`}
            onClick={() => open?.(each.number)}
          >
            <span class="mark">{each.number}</span>
            <span class="filename" dir="auto">{each.title}</span>
            {each.page !== undefined && <span class="quiet">{fill(words.page, { number: each.page })}</span>}
            <Icon name="down" />
          </button>
          <div id={`${id}-${each.number}`} hidden={opened !== each.number}>
            <Quotation of={each} />
          </div>
        </li>
      ))}
      {folded && (
        <li><button type="button" class="rest" onClick={rest}>{words.more}</button></li>
      )}
    </ol>
  );
}

function Quotation({ of: { text, url, page } }: { of: Citation }) {
  const safe = url && /^https?:/i.test(url) ? safeAddress(url) : null;
  const exactly = safe && page && /\.pdf$/i.test(safe) ? `${safe}#page=${page}` : safe;
  return (
    <>
      {text && <blockquote dir="auto" tabIndex={0}>{text}</blockquote>}
      {exactly && <Link href={exactly}>{(safe as string).replace(/^https?:\/\/(www\.)?|\/$/gi, "")}</Link>}
    </>
  );
}

export function sized(bytes: number, language: string): string {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

function nameIn(url: string): string {
  const last = new URL(url).pathname.split("/").pop() ?? "";
  try {
    return decodeURIComponent(last) || url;
  } catch {
    return last;
  }
}
