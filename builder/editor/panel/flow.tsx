/** The flow on the canvas: its name, what starts it, and the bot's variables. */

import { Bell, Clock, Ellipsis, Hand, MessageCircleQuestionMark, MessagesSquare, Plus, Play, Sparkles, Trash2, TriangleAlert, type LucideIcon } from "lucide-react";
import { useMemo } from "react";
import type { JsonSchema } from "../catalogue.ts";
import { isRepair, runsAlways, whenItRuns } from "../repairs.ts";
import { flowOf } from "../standard.ts";
import { useFlow, useItem, useProblems, type Edit, type Store } from "../store.ts";
import { translationsMoved } from "../understanding/examples.ts";
import { t } from "../words.ts";
import { ObjectFields } from "./fields.tsx";
import { Form, FormProvider, problemsOf } from "./form.ts";
import { Menu } from "./menu.tsx";
import { Notices } from "./notices.tsx";
import { isObject } from "./path.ts";
import { shapeOf } from "./schema.ts";
import { VariablesSection } from "./variable_list.tsx";

interface Kind {
  label: () => string;
  icon: LucideIcon;
  fresh: Record<string, unknown>;
  schema: () => JsonSchema;
}

const none = (): JsonSchema => ({ type: "object", properties: {} });

/** What can start a flow, in the order in which it is offered. */
const KINDS: Readonly<Record<string, Kind>> = {
  start: { label: () => t("A conversation begins"), icon: Play, fresh: {}, schema: none },
  keyword: {
    label: () => t("The visitor writes certain words"),
    icon: MessagesSquare,
    fresh: { words: [] },
    schema: () => words("words", t("Words or phrases")),
  },
  intent: {
    label: () => t("The visitor means…"),
    icon: Sparkles,
    fresh: { examples: [] },
    schema: () => words("examples", t("What visitors might write"), "sentences", 500),
  },
  inactivity: {
    label: () => t("Nothing is heard for a while"),
    icon: Clock,
    fresh: { after: "PT10M" },
    schema: () => ({
      type: "object",
      required: ["after"],
      properties: { after: { type: "string", title: t("For how long"), "x-selector": { kind: "duration" } } },
    }),
  },
  event: {
    label: () => t("Another system reports an event"),
    icon: Bell,
    fresh: { name: "" },
    schema: () => ({
      type: "object",
      required: ["name"],
      properties: { name: { type: "string", maxLength: 500, title: t("Name of the event"), "x-selector": { kind: "text" } } },
    }),
  },
  manual: { label: () => t("A person starts it by hand"), icon: Hand, fresh: {}, schema: none },
  error: { label: () => t("A step fails"), icon: TriangleAlert, fresh: {}, schema: none },
};

function words(field: string, title: string, kind = "words", maxItems?: number): JsonSchema {
  const list: JsonSchema = { type: "array", minItems: 1, maxItems, title, items: { type: "string", minLength: 1, maxLength: 500 }, "x-selector": { kind } };
  return { type: "object", required: [field], properties: { [field]: list } };
}

export function FlowPanel({ store, onTry }: { store: Store; onTry: () => void }) {
  const flow = useFlow(store);
  const key = `f:${flow}`;
  const item = useItem<Record<string, unknown>>(store, key);
  const problems = useProblems(store);
  const always = runsAlways(store, flow);
  const form = useMemo(() => new Form(store, key, [], FLOW(isRepair(flow), always)), [store, key, always]);
  const general = useMemo(() => problemsOf(store, key).filter(({ path }) => !/\.(name|triggers)/.test(path)), [problems, key]);
  if (!item) return <p className="help panel-section">{t("Choose a step to see what it does.")}</p>;
  return (
    <>
      <section className="panel-section" aria-label={t("Properties of the flow")}>
        <h2>{t("Flow")}</h2>
        <Notices problems={general} />
        <FormProvider value={form}>
          <ObjectFields path={[]} shape={shapeOf(form.schema, form.schema)} value={item} />
        </FormProvider>
        <Triggers store={store} flowKey={key} always={always ? whenItRuns(flow) : ""} triggers={Array.isArray(item.triggers) ? item.triggers.filter(isObject) : []} onTry={onTry} />
      </section>
      <VariablesSection store={store} />
    </>
  );
}

function FLOW(repair: boolean, always: boolean): JsonSchema {
  const name: JsonSchema = { type: "string", maxLength: 200, title: t("Name"), "x-selector": { kind: "text" } };
  if (always) return { type: "object", properties: { name } };
  const off = repair ? t("Off: these words count as an answer like any other.") : undefined;
  const enabled: JsonSchema = { type: "boolean", title: t("Switched on"), description: off, default: true, "x-selector": { kind: "toggle" } };
  return { type: "object", properties: { name, enabled } };
}

interface TriggersProps {
  store: Store;
  flowKey: string;
  always: string; // when it runs whatever starts it besides; "" for most flows
  triggers: readonly Record<string, unknown>[];
  onTry: () => void;
}

function Triggers({ store, flowKey, always, triggers, onTry }: TriggersProps) {
  const put = (next: readonly unknown[], more: readonly Edit[] = []) => {
    const item = store.get<Record<string, unknown>>(flowKey);
    store.change(t("Change {field}", { field: t("what starts the flow") }), [{ key: flowKey, value: { ...item, triggers: next } }, ...more], { focus: { key: flowKey } });
  };
  const remove = (at: number) => {
    const translations = translationsMoved(store, `flows.${flowOf(flowKey)}.triggers.`, (old) => (old === at ? null : old > at ? old - 1 : old));
    put(triggers.toSpliced(at, 1), translations);
  };
  const once = new Set(["start", "intent", "manual", "error"]);
  const offered = Object.entries(KINDS).filter(([kind]) => !(once.has(kind) && triggers.some((one) => one.kind === kind)));
  return (
    <div className="panel-field" role="group" aria-labelledby="panel-triggers">
      <h3 id="panel-triggers" className="panel-label">
        {t("Starts when")}
      </h3>
      {always && <p className="panel-quiet">{always}</p>}
      {!always && !triggers.length && <p className="panel-quiet">{t("Nothing starts this flow by itself; other flows may run it.")}</p>}
      {triggers.length > 0 && (
        <ul className="panel-rows">
          {triggers.map((trigger, at) => (
            <Trigger key={`${at} ${trigger.kind}`} store={store} flowKey={flowKey} trigger={trigger} at={at} remove={() => remove(at)} onTry={onTry} />
          ))}
        </ul>
      )}
      {!store.isFixed(flowKey) && (
        <Menu
          label={t("Add what starts the flow")}
          className="panel-add"
          face={
            <>
              <Plus size={14} aria-hidden />
              {t("Add what starts the flow")}
            </>
          }
          actions={offered.map(([kind, { label, icon: Icon, fresh }]) => ({
            label: label(),
            icon: <Icon size={14} aria-hidden />,
            pick: () => put([...triggers, { kind, ...fresh }]),
          }))}
        />
      )}
    </div>
  );
}

interface TriggerProps {
  store: Store;
  flowKey: string;
  trigger: Record<string, unknown>;
  at: number;
  remove: () => void;
  onTry: () => void;
}

function Trigger({ store, flowKey, trigger, at, remove, onTry }: TriggerProps) {
  const name = String(trigger.kind ?? "");
  const kind = KINDS[name];
  const form = useMemo(() => new Form(store, flowKey, ["triggers", at], kind ? kind.schema() : none()), [store, flowKey, at, kind]);
  const Icon = kind?.icon ?? TriangleAlert;
  const label = kind?.label() ?? name;
  const hasFields = Object.keys(form.schema.properties ?? {}).length > 0;
  const problems = useProblems(store);
  const whole = useMemo(() => problemsOf(store, flowKey).filter(({ path }) => path.endsWith(`.triggers[${at}]`)), [problems, flowKey, at]);
  return (
    <li className="panel-row" aria-label={label} data-path={`triggers[${at}]`}>
      <div className="panel-row-head fixed">
        <Icon size={14} aria-hidden />
        <span className="panel-row-title">{label}</span>
        {!store.isFixed(flowKey) && (
          <Menu
            label={t("Actions for {name}", { name: label })}
            face={<Ellipsis size={14} aria-hidden />}
            actions={[{ label: t("Remove"), icon: <Trash2 size={14} aria-hidden />, pick: remove, danger: true }]}
          />
        )}
      </div>
      {hasFields && (
        <div className="panel-row-body">
          <FormProvider value={form}>
            <ObjectFields path={[]} shape={shapeOf(form.schema, form.schema)} value={trigger} />
          </FormProvider>
          {name === "intent" && (
            <button type="button" className="panel-link" onClick={onTry}>
              <MessageCircleQuestionMark size={14} aria-hidden />
              {t("Try a sentence")}
            </button>
          )}
          <Notices problems={whole} />
        </div>
      )}
    </li>
  );
}
