/** "Describe your bot": what it is to do, while it is drafted, and what came of it. */

import { ChevronLeft, RotateCw, Sparkles } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Link, useNavigate } from "react-router";
import { asked, useDraft } from "./draft";
import { Failure, Form } from "./form";
import { Working } from "./progress";
import { begin, lately, reason, Refused, type Description, type Descriptions } from "./wire";
import { speak, t } from "./words";

interface Props {
  workspace: string;
  me: string;
  /** May set language models up. */
  manages: boolean;
  words: Record<string, string>;
}

export function DescribeBot({ words, ...props }: Props) {
  speak(words);
  return (
    <>
      <header className="page-header">
        <div className="titles">
          <Link className="trail" to="/">
            <ChevronLeft size={14} aria-hidden="true" />
            {t("Bots")}
          </Link>
          <h1>{t("Describe your bot")}</h1>
        </div>
      </header>
      <Page key={props.workspace} {...props} />
    </>
  );
}

function Page({ workspace, me, manages }: Omit<Props, "words">) {
  const navigate = useNavigate();
  const [draft, change] = useDraft(`flyt.describe.${me}.${workspace}`);
  const [found, setFound] = useState<Descriptions | "failed" | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);

  const read = useCallback(() => {
    setFound(null);
    lately().then(setFound, () => setFound("failed"));
  }, []);
  useEffect(read, [read]);

  if (found === "failed") return <Unread onRetry={read} />;
  if (!found) return <p role="status">{t("Loading")}</p>;
  const [newest] = found.items;

  const open = (bot: Description) => {
    change({ description: "", procedure: "", seen: bot.id });
    void navigate(address(bot));
  };
  const ended = (bot: Description) => {
    if (bot.state === "ready") return open(bot);
    change({ [bot.kind]: bot.text, kind: bot.kind, language: bot.language });
    read();
  };
  const send = () => {
    setBusy(true);
    setFailure("");
    begin(asked(draft))
      .then(read, (error: unknown) => {
        setFailure(reason(error));
        if (error instanceof Refused && error.status === 409) setFound({ ...found, problem: error.message });
      })
      .finally(() => setBusy(false));
  };

  if (newest && (newest.state === "queued" || newest.state === "working")) {
    return <Working key={newest.id} description={newest} onEnd={ended} onGone={read} />;
  }
  const told = failure || (newest?.state === "failed" && newest.id !== draft.seen ? newest.message : "");
  return (
    <div className="describe">
      {newest?.state === "ready" && newest.id !== draft.seen && <Ready bot={newest} onOpen={() => open(newest)} />}
      {found.problem ? (
        <NoModel problem={found.problem} manages={manages} asked={failure !== ""} />
      ) : (
        <p className="lead quiet-text">{t("A language model drafts the steps, the texts and a few tests. You see the draft on the canvas and change what you like; nothing is published.")}</p>
      )}
      <Form
        draft={draft}
        busy={busy}
        failure={told && !found.problem && <Failure>{told}</Failure>}
        onChange={(part) => {
          setFailure("");
          change(newest?.state === "failed" ? { ...part, seen: newest.id } : part);
        }}
        onSend={send}
      />
    </div>
  );
}

const address = (bot: Description) => `/bots/${bot.bot_id ?? ""}/edit?described=${bot.id}`;

function Ready({ bot, onOpen }: { bot: Description; onOpen: () => void }) {
  return (
    <div className="notice green describe-ready">
      <p>{t("The bot you described is here as a draft.")}</p>
      <Link
        className="button"
        to={address(bot)}
        onClick={(event) => {
          event.preventDefault();
          onOpen();
        }}
      >
        {t("Open the canvas")}
      </Link>
    </div>
  );
}

interface NoModelProps {
  problem: string;
  manages: boolean;
  /** Somebody has just tried all the same. */
  asked: boolean;
}

function NoModel({ problem, manages, asked }: NoModelProps) {
  return (
    <section className="notice amber describe-no-model" role={asked ? "alert" : undefined} aria-label={t("AI models")}>
      <Sparkles size={16} aria-hidden="true" />
      <div>
        <p>{problem}</p>
        <p>
          {manages
            ? t("Drafting needs a language model: connect one, or see why it may not be asked.")
            : t("Drafting needs a language model. Ask an owner of this workspace to connect one under Settings, AI models. What you write here is kept in this browser.")}
        </p>
        <p className="describe-ways">
          {manages && (
            <Link className="button" to="/settings/models">
              {t("Open AI models")}
            </Link>
          )}
          <Link className="button" to="/">
            {t("Start from a template")}
          </Link>
        </p>
      </div>
    </section>
  );
}

function Unread({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="state error" role="alert">
      <h2>{t("This could not be loaded")}</h2>
      <p>{t("Flyt did not answer. Check the connection and try again.")}</p>
      <div className="state-actions">
        <button type="button" className="button" onClick={onRetry}>
          <RotateCw size={16} aria-hidden="true" />
          {t("Try again")}
        </button>
      </div>
    </div>
  );
}
