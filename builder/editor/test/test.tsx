/** The simulator beside the canvas: a chat as the visitor sees it, and what happened below it. */

import { CircleAlert, CloudOff } from "lucide-react";
import { useRef, useState, useSyncExternalStore } from "react";
import { useProblems, type Store } from "../store.ts";
import { useWhileVisible } from "../while_visible.ts";
import { call } from "../wire.ts";
import { t } from "../words.ts";
import { Chat } from "./chat.tsx";
import { Head } from "./head.tsx";
import { Pause } from "./pause.tsx";
import { goTo, hasPlace } from "./places.ts";
import { Rehearsal } from "./rehearsal.ts";
import { Choices, TextBox } from "./reply.tsx";
import { SaveTest } from "./save.tsx";
import type { Action, Simulation, Visit } from "./simulation.ts";
import { Steps } from "./steps.tsx";
import { Variables } from "./variables.tsx";

/** One talk per document, so that it outlives a panel that is folded away. */
const rehearsals = new WeakMap<Store, Rehearsal>();

function rehearsalOf(store: Store): Rehearsal {
  const known = rehearsals.get(store);
  if (known) return known;
  const made = new Rehearsal(store, (body) => call<Simulation>("POST", `/api/v1/bots/${store.botId}/simulate`, body));
  rehearsals.set(store, made);
  return made;
}

function useRehearsal(store: Store): Rehearsal {
  const rehearsal = rehearsalOf(store);
  useSyncExternalStore(rehearsal.subscribe, () => rehearsal.version);
  return rehearsal;
}

export function TestPanel({ store }: { store: Store }) {
  const rehearsal = useRehearsal(store);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState("");
  const [lit, setLit] = useState<Visit | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const { result, hindrance } = rehearsal;
  useWhileVisible(root, () => rehearsal.watch());

  const show = (visit: Visit) => {
    setLit(visit);
    store.openFlow(visit.flow);
    store.select([`n:${visit.flow}/${visit.node}`]);
  };
  const showSaid = (place: number) => setLit(result?.trace.find((visit) => visit.said.includes(place)) ?? null);
  const asked = hindrance ? null : (result?.input ?? null);
  const act = (action: Action) => {
    setLit(null);
    void rehearsal.act(action);
    root.current?.querySelector<HTMLElement>(".test-reply input:not([type=file])")?.focus();
  };
  return (
    <div ref={root} className="test-panel" data-blocked={hindrance !== null}>
      <Head store={store} rehearsal={rehearsal} onSave={() => setSaving(true)} />
      {hindrance && <Hindered store={store} rehearsal={rehearsal} />}
      <section className="test-talk" aria-label={t("Conversation")}>
        <Chat rehearsal={rehearsal} onSaid={showSaid}>
          <Choices key={result?.trace.length} asked={asked} onAct={act} />
          {result && !hindrance && <Pause result={result} rehearsal={rehearsal} />}
        </Chat>
        <TextBox asked={asked} onAct={act} />
      </section>
      <Behind store={store} rehearsal={rehearsal} lit={lit} onVisit={show} />
      <p className="visually-hidden" role="status">
        {saved && t("The test “{name}” is saved.", { name: saved })}
      </p>
      {saving && (
        <SaveTest
          store={store}
          rehearsal={rehearsal}
          onClose={() => setSaving(false)}
          onSaved={(name) => {
            setSaving(false);
            setSaved(name);
            store.say(t("The test “{name}” is saved.", { name }));
          }}
        />
      )}
    </div>
  );
}

function Hindered({ store, rehearsal }: { store: Store; rehearsal: Rehearsal }) {
  const first = useProblems(store).find((problem) => problem.severity === "error");
  const { hindrance } = rehearsal;
  if (hindrance?.kind === "line") {
    return (
      <div className="test-hindered" role="status">
        <CloudOff size={16} aria-hidden="true" />
        <div>
          <p>{t("Flyt did not answer, so the talk stands still.")}</p>
          <button type="button" className="button" onClick={() => void rehearsal.play()}>
            {t("Try again")}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div className="test-hindered" data-kind="draft" role="status">
      <CircleAlert size={16} aria-hidden="true" />
      <div>
        <p>
          <strong>{t("The draft can't run yet.")}</strong> {first ? first.message : hindrance?.message}
        </p>
        {first && hasPlace(first) && (
          <button type="button" className="button" onClick={() => goTo(store, first)}>
            {t("Show the step")}
          </button>
        )}
      </div>
    </div>
  );
}

type BehindProps = { store: Store; rehearsal: Rehearsal; lit: Visit | null; onVisit: (visit: Visit) => void };

/** What a visitor does not see: the steps that ran, and what the bot has learnt. */
function Behind({ store, rehearsal, lit, onVisit }: BehindProps) {
  const [shown, setShown] = useState<"steps" | "variables">("steps");
  const { result } = rehearsal;
  const variables = Object.keys(result?.variables ?? {}).length;
  return (
    <section className="test-behind" aria-label={t("Behind the talk")}>
      <div className="test-views" role="group" aria-label={t("Behind the talk")}>
        <button type="button" aria-pressed={shown === "steps"} onClick={() => setShown("steps")}>
          {t("Steps")} <span>{result?.trace.length ?? 0}</span>
        </button>
        <button type="button" aria-pressed={shown === "variables"} onClick={() => setShown("variables")}>
          {t("Variables")} <span>{variables}</span>
        </button>
      </div>
      <div className="test-view" tabIndex={0} role="region" aria-label={shown === "steps" ? t("Steps") : t("Variables")}>
        {shown === "steps" ? <Steps store={store} rehearsal={rehearsal} lit={lit} onVisit={onVisit} /> : <Variables result={result} />}
      </div>
    </section>
  );
}
