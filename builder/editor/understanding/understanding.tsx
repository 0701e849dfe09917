/** What the bot understands: a sentence to try, how well flows are told apart, and how sure it must be. */

import { CircleAlert, CloudOff, Sparkles } from "lucide-react";
import { useRef, useSyncExternalStore } from "react";
import { addFlow } from "../actions.ts";
import { flowOf } from "../standard.ts";
import { Menu } from "../panel/menu.tsx";
import { isRepair } from "../repairs.ts";
import { useFlow, useProblems, useShape, type Store } from "../store.ts";
import { flowName } from "../test/names.ts";
import { goTo, hasPlace } from "../test/places.ts";
import { useWhileVisible } from "../while_visible.ts";
import { call } from "../wire.ts";
import { t } from "../words.ts";
import { addExamples, flowsWithIntent } from "./examples.ts";
import type { Understanding, Understood } from "./findings.ts";
import { Intents } from "./intents.tsx";
import { goToExamples } from "./places.ts";
import { Settings } from "./settings.tsx";
import { Study } from "./study.ts";
import { TryOut } from "./try_out.tsx";

const LEARNING = 180_000; // milliseconds that a slow machine may take for many examples

/** One study per document, so that it outlives a panel that is folded away. */
const studies = new WeakMap<Store, Study>();

function studyOf(store: Store): Study {
  const known = studies.get(store);
  if (known) return known;
  const root = `/api/v1/bots/${store.botId}`;
  const made = new Study(store, {
    understand: (text) => call<Understood>("POST", `${root}/understand`, { text }),
    understanding: () => call<Understanding>("GET", `${root}/understanding`, undefined, LEARNING),
  });
  studies.set(store, made);
  return made;
}

export function UnderstandingPanel({ store }: { store: Store }) {
  const study = studyOf(store);
  const root = useRef<HTMLDivElement>(null);
  useSyncExternalStore(study.subscribe, () => study.version);
  useShape(store);
  useFlow(store); // names of flows are there once the draft is
  useWhileVisible(root, () => study.watch());
  const { report, hindrance } = study;
  const nothing = store.loaded && (report?.state === "none" || !flowsWithIntent(store).length);
  return (
    <div ref={root} className="understanding" aria-busy={study.reading}>
      {nothing ? <Nothing store={store} /> : <TryOut store={store} study={study} />}
      {hindrance && !nothing && <Hindered store={store} study={study} />}
      {!report && !hindrance && !nothing && <Waiting />}
      {report?.state === "ready" && !nothing && (
        <>
          <Intents store={store} report={report} />
          <Settings store={store} report={report} />
        </>
      )}
    </div>
  );
}

function Waiting() {
  return (
    <div className="understanding-waiting" role="status">
      <p>{t("Learning from your sentences …")}</p>
      <span className="skeleton" />
      <span className="skeleton tall" />
      <span className="skeleton" />
      <span className="skeleton" />
    </div>
  );
}

function Nothing({ store }: { store: Store }) {
  useShape(store);
  const flows = store.keys("f:").map(flowOf).filter((flow) => !isRepair(flow));
  const begin = (flow: string) => {
    addExamples(store, flow, []);
    goToExamples(store, flow);
  };
  return (
    <div className="state small">
      <span className="state-icon">
        <Sparkles size={20} aria-hidden="true" />
      </span>
      <h2>{t("No flow starts by meaning yet")}</h2>
      <p>{t("Give a flow a few sentences that visitors might write, and it starts whenever somebody means the same in other words. Here you will see how well that works.")}</p>
      {!store.readOnly && (
        <div className="state-actions">
          <Menu
            className="button primary"
            label={t("Choose a flow for it")}
            face={t("Choose a flow for it")}
            actions={[
              ...flows.map((flow) => ({ label: flowName(store, flow), icon: null, pick: () => begin(flow) })),
              { label: t("A new flow"), icon: null, pick: () => begin(addFlow(store, t("Add a flow"), t("New flow"))) },
            ]}
          />
        </div>
      )}
    </div>
  );
}

/** What was found before stays in sight below it. */
function Hindered({ store, study }: { store: Store; study: Study }) {
  const first = useProblems(store).find((problem) => problem.severity === "error");
  const { hindrance } = study;
  const again = () => void study.renewAll();
  const isLine = hindrance?.kind === "line";
  const Icon = isLine ? CloudOff : CircleAlert;
  return (
    <div className="understanding-hindered" data-kind={hindrance?.kind} role="status">
      <Icon size={16} aria-hidden="true" />
      <div>
        <p>{isLine ? t("Flyt did not answer, so nothing new can be told.") : (first?.message ?? hindrance?.message)}</p>
        <button type="button" className="button" onClick={again}>
          {t("Try again")}
        </button>
        {!isLine && first && hasPlace(first) && (
          <button type="button" className="button" onClick={() => goTo(store, first)}>
            {t("Show the place")}
          </button>
        )}
      </div>
    </div>
  );
}
