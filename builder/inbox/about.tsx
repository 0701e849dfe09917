/** What is known of the visitor and of the conversation, in a slim column. */

import type { ReactNode } from "react";
import { Link } from "react-router";

import { Marking } from "./confidential";
import { Known } from "./known";
import { Elsewhere } from "./markdown";
import { short, written } from "./path";
import { RelativeTime } from "$/public/external/builder/design/sources/relative_time.tsx";
import type { About, Conversation } from "./wire";
import { language, t, visitorName } from "./words";

interface Props {
  about: About;
  conversation: Conversation;
  /** Grows with each change of what is known of the visitor. */
  known: number;
  /** Whether they may change what is known of the visitor, and mark the conversation. */
  edits: boolean;
  onStands: (conversation: Conversation) => void;
  /** A message of this conversation is to be seen now. */
  onShow: () => void;
}

export function AboutColumn({ about, conversation, known, edits, onStands, onShow }: Props) {
  const { contact } = about;
  const { confidential: _, ...attributes } = about.attributes; // it has a place of its own
  const variables = Object.entries(about.variables).filter(([, value]) => value !== null && value !== "");
  return (
    <aside className="inbox-about" aria-label={t("About this conversation")}>
      <Facts title={t("Visitor")}>
        <Fact name={t("Name")}>{visitorName(contact.name, contact.id)}</Fact>
        {contact.email && <Fact name={t("E-mail")}><Elsewhere to={`mailto:${contact.email}`}>{contact.email}</Elsewhere></Fact>}
        {contact.phone && <Fact name={t("Phone")}><Elsewhere to={`tel:${contact.phone}`}>{contact.phone}</Elsewhere></Fact>}
        {about.locale && <Fact name={t("Language")}>{nameOf(about.locale)}</Fact>}
        {about.timezone && <Fact name={t("Time zone")}>{about.timezone.replaceAll("_", " ")}</Fact>}
        {values(contact.attributes)}
      </Facts>
      <Known key={contact.id} contact={contact.id} name={visitorName(contact.name, contact.id)} conversation={conversation.id} changes={known} edits={edits} onShow={onShow} />
      <Facts title={t("Conversation")}>
        <Fact name={t("Began")}><RelativeTime at={conversation.created_at} /></Fact>
        <Fact name={t("Channel")}>{about.channel_name}</Fact>
        <Fact name={t("Bot")}>
          {about.bot_deleted ? about.bot_name : <Link to={`/bots/${about.bot_id}`}>{about.bot_name}</Link>}
        </Fact>
        <Fact name={t("Version")}>{about.version}</Fact>
        {values(attributes)}
      </Facts>
      <Marking conversation={conversation} edits={edits} onStands={onStands} />
      {variables.length > 0 && (
        <Facts title={t("In this conversation")}>
          {variables.map(([name, value]) => (
            <Fact key={name} name={name}><span title={written(value)}>{short(value)}</span></Fact>
          ))}
        </Facts>
      )}
    </aside>
  );
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt dir="auto">{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

/** What a channel told, one line each; the page it was told from is a link. */
function values(told: Record<string, unknown>): ReactNode {
  return Object.entries(told).map(([name, value]) => (
    <Fact key={name} name={name === "page" ? t("Page") : name}>
      {typeof value === "string" && /^https?:/i.test(value) ? (
        <Elsewhere to={value}>{short(value)}</Elsewhere>
      ) : (
        <span title={written(value)}>{short(value)}</span>
      )}
    </Fact>
  ));
}

function nameOf(locale: string): string {
  try {
    return new Intl.DisplayNames(language(), { type: "language" }).of(locale.replaceAll("_", "-")) ?? locale;
  } catch {
    return locale; // a visitor may send any letters
  }
}
