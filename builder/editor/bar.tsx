/** The bar of the editor: which bot, whether it is saved, what is wrong with it, test and publish. */

import { CircleAlert, CircleCheck, CloudOff, LoaderCircle, Play, TriangleAlert } from "lucide-react";
import { Link } from "react-router";
import { PublishButton } from "./publish.tsx";
import { useProblems, useStatus, type Status, type Store } from "./store.ts";
import { t } from "./words.ts";

type Props = { store: Store; name: string; locale: string; onShow: (tab: "test" | "problems") => void };

export function Bar({ store, name, locale, onShow }: Props) {
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
      <Saved store={store} locale={locale} />
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

const FACES = { saved: CircleCheck, saving: LoaderCircle, offline: CloudOff, refused: CircleAlert };

function Saved({ store, locale }: { store: Store; locale: string }) {
  const status = useStatus(store);
  const Icon = FACES[status.kind];
  const text = store.readOnly && status.kind === "saved" ? t("You can look, not change") : sentence(status, locale);
  return (
    <p className="editor-saved" data-kind={status.kind} role="status" title={text}>
      <Icon size={14} aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}

function sentence(status: Status, locale: string): string {
  if (status.kind === "saving") return t("Saving");
  if (status.kind === "offline") return t("Offline – changes are kept here");
  if (status.kind === "refused") return status.message ?? t("Not saved");
  if (!status.at) return t("Saved");
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(status.at);
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
