/** What is wrong in the draft, errors first; each line leads to its step and field. */

import { Check, ChevronRight, CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { mendOf } from "./mends.ts";
import { useFlow, useProblems, type Problem, type Store } from "./store.ts";
import { flowName, stepName } from "./test/names.ts";
import { goTo, hasPlace, insideStep } from "./test/places.ts";
import { t } from "./words.ts";

export function ProblemsPanel({ store }: { store: Store }) {
  const problems = useProblems(store);
  useFlow(store); // names of flows and steps are there once the draft is
  if (!problems.length) {
    return (
      <div className="state small">
        <span className="state-icon problems-none">
          <CircleCheck size={20} aria-hidden="true" />
        </span>
        <h2>{t("No problems")}</h2>
        <p>{t("What keeps the bot from being published, or is likely a mistake, will be listed here.")}</p>
      </div>
    );
  }
  const errors = problems.filter((problem) => problem.severity === "error");
  const warnings = problems.filter((problem) => problem.severity === "warning");
  return (
    <div className="problems-panel">
      <Group store={store} problems={errors} title={t("Errors")} help={t("They keep the bot from being published.")} />
      <Group store={store} problems={warnings} title={t("Warnings")} help={t("The bot can be published with them; they are likely mistakes.")} />
    </div>
  );
}

type GroupProps = { store: Store; problems: readonly Problem[]; title: string; help: string };

function Group({ store, problems, title, help }: GroupProps) {
  if (!problems.length) return null;
  return (
    <section className="problems-group">
      <h2>
        {title} <span className="problems-count">{problems.length}</span>
      </h2>
      <p className="help">{help}</p>
      <ProblemList store={store} problems={problems} />
    </section>
  );
}

type ListProps = { store: Store; problems: readonly Problem[]; onGo?: () => void };

/** ``onGo`` is told once somebody has gone to a problem's place. */
export function ProblemList({ store, problems, onGo }: ListProps) {
  return (
    <ul className="problems-list">
      {problems.map((problem, place) => (
        <li key={`${problem.path} ${problem.code} ${place}`}>
          <Line store={store} problem={problem} onGo={onGo} />
          <Mending store={store} problem={problem} />
        </li>
      ))}
    </ul>
  );
}

function Line({ store, problem, onGo }: { store: Store; problem: Problem; onGo?: () => void }) {
  const body = (
    <>
      <Sign problem={problem} />
      <span className="problems-body">
        <span className="problems-message">{sentence(problem.message)}</span>
        {problem.hint && <span className="problems-hint">{sentence(problem.hint)}</span>}
        <span className="problems-place">{placeName(store, problem)}</span>
      </span>
    </>
  );
  if (!hasPlace(problem)) return <div className="problems-line">{body}</div>;
  return (
    <button
      type="button"
      className="problems-line"
      onClick={() => {
        onGo?.();
        goTo(store, problem);
      }}
    >
      {body}
      <ChevronRight size={14} className="problems-go" aria-hidden="true" />
    </button>
  );
}

/** Stands below the line, as what a click on that does is to lead there. */
function Mending({ store, problem }: { store: Store; problem: Problem }) {
  const mend = mendOf(store, problem);
  if (!mend) return null;
  return (
    <button type="button" className="button problems-mend" onClick={mend.apply}>
      <Check size={14} aria-hidden="true" />
      {mend.label}
    </button>
  );
}

function Sign({ problem }: { problem: Problem }) {
  const error = problem.severity === "error";
  const Icon = error ? CircleAlert : TriangleAlert;
  return (
    <span className="problems-sign" data-severity={problem.severity}>
      <Icon size={16} aria-hidden="true" />
      <span className="visually-hidden">{error ? t("Error:") : t("Warning:")}</span>
    </span>
  );
}

/** "Refund › Ask the amount › text" */
function placeName(store: Store, { flow, node, path }: Problem): string {
  if (!flow) return path || t("The whole bot");
  const parts = [flowName(store, flow), node && stepName(store, flow, node), ...fieldNames(insideStep(path) ?? "")];
  return parts.filter(Boolean).join(" › ");
}

/** `config.options[0].label` is known as "options 1 › label". */
function fieldNames(inside: string): string[] {
  const named = inside.replace(/^config\.?/, "").replace(/\[(\d+)\]/g, (_, index: string) => ` ${Number(index) + 1}`);
  return named.split(".").map((name) => name.replaceAll("_", " "));
}

/** With a capital at the beginning, as a sentence that stands alone. */
function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
