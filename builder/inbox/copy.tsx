/** The transcript as text, for those who take it with them. */

import { Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { sourceLines } from "$/public/external/builder/design/sources/citations.tsx";
import { write } from "$/public/external/builder/design/sources/copy_button.tsx";

import { statusWord } from "./badge";
import { agentName, size } from "./bubble";
import { wholeTranscript } from "./follow";
import type { Message } from "./wire";
import { citationWords, language, t } from "./words";

const SHOWN = 2_500; // milliseconds

export function CopyTranscript({ id, name }: { id: string; name: string }) {
  const [said, setSaid] = useState("");

  useEffect(() => {
    if (!said) return;
    const timer = window.setTimeout(() => setSaid(""), SHOWN);
    return () => window.clearTimeout(timer);
  }, [said]);

  const copy = async () => {
    try {
      const done = await write(transcript(await wholeTranscript(id), name));
      setSaid(done ? t("Copied") : t("Copying is not allowed here"));
    } catch {
      setSaid(t("That did not work. Try again."));
    }
  };
  return (
    <button type="button" className="button quiet inbox-tool" onClick={copy}>
      <Copy size={16} aria-hidden="true" />
      <span aria-live="polite">{said || t("Copy transcript")}</span>
    </button>
  );
}

export function transcript(messages: readonly Message[], name: string): string {
  const speakers = { bot: t("Bot"), visitor: name, agent: "", system: "" };
  const told = messages.filter(({ kind }) => kind === "message" || kind === "status");
  return told.map((message) => `${moment(message.at)}  ${line(message, speakers)}`).join("\n");
}

function line({ kind, sender, body, deleted_at }: Message, speakers: Record<string, string>): string {
  if (kind === "status") return `— ${body.status ? statusWord(body.status) : ""} —`;
  const who = sender === "agent" ? agentName(body.name) : speakers[sender];
  if (deleted_at) return `${who}: [${t("Message deleted")}]`;
  const files = (body.files ?? []).map((file) => `[${file.name}, ${size(file.size)}]`);
  const words = [body.text, body.url, ...files].filter(Boolean).join(" ");
  return `${who}: ${words}${sourceLines(body.citations, citationWords())}`;
}

function moment(at: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}
