/** Whether a conversation is confidential: the sign of it, and the button that says so. */

import { Lock, LockOpen } from "lucide-react";
import { useState } from "react";

import { send, Unanswered, type Conversation } from "./wire";
import { t } from "./words";

export function ConfidentialBadge() {
  return (
    <span className="badge inbox-confidential" title={t("Only language models marked local read it.")}>
      <Lock size={12} aria-hidden="true" />
      {t("Confidential")}
    </span>
  );
}

interface Props {
  conversation: Conversation;
  edits: boolean;
  onStands: (conversation: Conversation) => void;
}

export function Marking({ conversation, edits, onStands }: Props) {
  const [doing, setDoing] = useState(false);
  const [why, setWhy] = useState("");
  const { id, confidential } = conversation;
  if (!edits && !confidential) return null;
  const mark = async () => {
    setDoing(true);
    setWhy("");
    try {
      onStands(await send<Conversation>("PATCH", `conversations/${id}`, { confidential: !confidential }));
    } catch (error) {
      setWhy((error instanceof Unanswered && error.why) || t("Flyt did not answer. Check the connection and try again."));
    }
    setDoing(false);
  };
  return (
    <section aria-label={t("Confidential")}>
      <h3>{t("Confidential")}</h3>
      <p className="help">
        {confidential
          ? t("From the next step on only language models marked local read this conversation. Where there are none, answers quote what was found. Bots do not use what is noted from it.")
          : t("You can have this conversation read by language models marked local only. What others have read already stays read.")}
      </p>
      {edits && (
        <button type="button" className="button inbox-mark" disabled={doing} onClick={() => void mark()}>
          {confidential ? <LockOpen size={14} aria-hidden="true" /> : <Lock size={14} aria-hidden="true" />}
          {confidential ? t("No longer confidential") : t("Mark as confidential")}
        </button>
      )}
      {why && (
        <p className="field-error" role="alert">
          {why}
        </p>
      )}
    </section>
  );
}
