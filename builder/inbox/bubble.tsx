/** One message as the visitor saw it. */

import { FileText, MousePointerClick } from "lucide-react";
import { useState, type ReactNode } from "react";

import { Quotable, Sources } from "$/public/external/builder/design/sources/citations.tsx";
import { sizeIn } from "$/public/external/builder/design/sources/size.ts";

import { Judging, type Judge } from "./judging";
import { Elsewhere, Markdown } from "./markdown";
import type { FileOf, Message } from "./wire";
import { citationWords, language, t } from "./words";

const STORED = /^\/files\/([\w-]+)/; // an address of our own store
const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]); // that browsers draw
const FOLDED = 1_500; // characters shown of a text before one asks for the rest

interface Props {
  conversation: string;
  message: Message;
  pressed: boolean;
  last: boolean;
  /** Whether an AI step has said it. */
  answer: boolean;
  judge: Judge;
}

export function Bubble({ conversation, message, pressed, last, answer, judge }: Props) {
  const { sender, body, at } = message;
  const who = { bot: t("Bot"), visitor: t("Visitor"), agent: agentName(body.name), system: t("System") }[sender];
  return (
    <article data-seq={message.seq} className={`inbox-said ${sender}${last ? " last" : ""}`} title={exactly(at)}>
      <Quotable citations={body.citations} words={citationWords()}>
        <h3 className="visually-hidden">{pressed ? t("{who} pressed", { who }) : t("{who} said", { who })}</h3>
        <div className={pressed ? "inbox-bubble pressed" : "inbox-bubble"} dir="auto">
          {message.deleted_at ? (
            <p className="inbox-gone">{t("Message deleted")}</p>
          ) : (
            <>
              {pressed && <MousePointerClick size={14} aria-hidden="true" />}
              {body.text && <Words text={body.text} markdown={sender !== "visitor"} />}
              {body.url && <Shown conversation={conversation} type={body.type} url={body.url} />}
              {body.files?.map((file) => <FileLink key={file.id} conversation={conversation} file={file} />)}
              {body.cards?.map((card, place) => <Card key={place} card={card} />)}
            </>
          )}
        </div>
        {!message.deleted_at && <Sources />}
      </Quotable>
      {sender === "bot" && !message.deleted_at && body.text && <Judging conversation={conversation} message={message} answer={answer} judge={judge} />}
      {last && (
        <p className="inbox-at">
          {sender === "agent" && <>{who} · </>}
          <time dateTime={at} title={exactly(at)}>{clock(at)}</time>
          {message.edited_at && <> · {t("edited")}</>}
        </p>
      )}
    </article>
  );
}

/** A person of the staff, by the name they have given. */
export function agentName(name: string | undefined): string {
  return name || t("Staff");
}

function Words({ text, markdown }: { text: string; markdown: boolean }) {
  const [whole, setWhole] = useState(text.length <= FOLDED);
  const shown = whole ? text : `${text.slice(0, FOLDED)}…`;
  return (
    <>
      <div className="inbox-text">{markdown ? <Markdown text={shown} /> : <p>{shown}</p>}</div>
      {text.length > FOLDED && (
        <button type="button" className="inbox-more" onClick={() => setWhole(!whole)} aria-expanded={whole}>
          {whole ? t("Show less") : t("Show all {count} characters", { count: text.length.toLocaleString(language()) })}
        </button>
      )}
    </>
  );
}

/** What a message shows: a file of ours is fetched here, all else is only named. */
function Shown({ conversation, type, url }: { conversation: string; type: string | undefined; url: string }) {
  const [, id] = STORED.exec(url) ?? [];
  if (!id) return <Elsewhere to={url}>{linkName(type, url)}</Elsewhere>;
  const address = addressOf(conversation, id);
  const name = linkName(type, "");
  return type === "image" ? <Picture address={address} name={name} /> : <a href={address} download>{name}</a>;
}

function FileLink({ conversation, file }: { conversation: string; file: FileOf }) {
  const address = addressOf(conversation, file.id);
  if (PICTURES.has(file.type)) return <Picture address={address} name={file.name} bytes={file.size} />;
  return <Download address={address} name={file.name} bytes={file.size} />;
}

/** A picture of our own store; what cannot be drawn can still be had. */
function Picture({ address, name, bytes }: { address: string; name: string; bytes?: number }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <Download address={address} name={name} bytes={bytes} />;
  return (
    <a className="inbox-picture" href={address} download title={bytes === undefined ? name : `${name}, ${size(bytes)}`}>
      <img src={address} alt={name} loading="lazy" onError={() => setBroken(true)} />
    </a>
  );
}

function Download({ address, name, bytes }: { address: string; name: string; bytes?: number | undefined }) {
  return (
    <a className="inbox-file" href={address} download>
      <FileText size={16} aria-hidden="true" />
      <span className="inbox-file-name">{name}</span>
      {bytes !== undefined && <span className="inbox-size">{size(bytes)}</span>}
    </a>
  );
}

function addressOf(conversation: string, file: string): string {
  return `/api/v1/conversations/${conversation}/files/${file}`;
}

function Card({ card }: { card: Record<string, unknown> }): ReactNode {
  const title = card["title"] ?? card["text"];
  return <p className="inbox-card">{typeof title === "string" ? title : JSON.stringify(card)}</p>;
}

/** Pictures and films lie elsewhere: they are named, not fetched from here. */
function linkName(type: string | undefined, url: string): string {
  const named: Record<string, string> = {
    image: t("A picture"),
    video: t("A video"),
    audio: t("A recording"),
    embed: t("An embedded page"),
    file: t("A file"),
  };
  const name = named[type ?? ""];
  return name && url ? `${name}: ${url}` : name || url;
}

export function size(bytes: number): string {
  return sizeIn(language(), bytes);
}

export function exactly(at: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "medium" }).format(new Date(at));
}

function clock(at: string): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(new Date(at));
}
