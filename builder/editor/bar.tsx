/** The bar of the editor: which bot, whether it is saved, what is wrong with it, test and publish. */

import { CircleAlert, CircleCheck, CloudOff, CloudUpload, Play, TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import { PublishButton } from "./publish.tsx";
import { useProblems, useStatus, type Status, type Store } from "./store.ts";
import { language, t } from "./words.ts";

type Props = { store: Store; name: string; onShow: (tab: "test" | "problems") => void };

export function Bar({ store, name, onShow }: Props) {
  return (
    <header className="editor-bar">
      <div className="editor-crumbs">
        <Link to="/" className="editor-crumb">
          {t("Bots")}
        </Link>
        <span aria-hidden="true">/</span>
        <h1>
          <Link to={`/bots/${store.botId}`} title={name}>
            {name}
          </Link>
        </h1>
      </div>
      <Saved store={store} />
      <span className="editor-bar-space" />
      <ProblemCount store={store} onShow={() => onShow("problems")} />
      <button type="button" className="button" aria-label={t("Test")} onClick={() => onShow("test")}>
        <Play size={14} aria-hidden="true" />
        <span className="wide-only">{t("Test")}</span>
      </button>
      {!store.readOnly && <PublishButton store={store} />}
    </header>
  );
}

// Nothing here moves: while one types it is always saving, and a frame must not be drawn for that.
const FACES = { saved: CircleCheck, saving: CloudUpload, offline: CloudOff, refused: CircleAlert };

function Saved({ store }: { store: Store }) {
  const status = useStatus(store);
  const Icon = FACES[status.kind];
  const text = store.readOnly && status.kind === "saved" ? t("You can look, not change") : sentence(status);
  return (
    <p className="editor-saved" data-kind={status.kind} role="status" title={text}>
      <Icon size={14} aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}

function sentence(status: Status): string {
  if (status.kind === "saving") return t("Saving");
  if (status.kind === "offline") return t("Offline – changes are kept here");
  if (status.kind === "refused") return status.message ?? t("Not saved");
  if (!status.at) return t("Saved");
  const time = new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit" }).format(status.at);
  return t("Saved {time}", { time });
}

function ProblemCount({ store, onShow }: { store: Store; onShow: () => void }) {
  const problems = useProblems(store);
  if (!problems.length) return null;
  const error = problems.some((problem) => problem.severity === "error");
  const text = problems.length === 1 ? t("1 problem") : t("{count} problems", { count: problems.length });
  return (
    <button type="button" className="button quiet editor-problems" data-error={error} aria-label={text} onClick={onShow}>
      <TriangleAlert size={14} aria-hidden="true" />
      <span className="wide-only">{text}</span>
      <span className="narrow-only" aria-hidden="true">
        {problems.length}
      </span>
    </button>
  );
}
