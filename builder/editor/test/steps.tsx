/** What happened, moment by moment and step by step; each step leads to its card. */

import { Clock3, MessageSquare, Play, Radio, UserRound } from "lucide-react";
import { useEffect, useRef } from "react";
import { typeOf } from "../catalogue.ts";
import { StepIcon } from "../icons.tsx";
import type { Store } from "../store.ts";
import { language, t } from "../words.ts";
import { actionName, eventName, flowName, outcomeName, placedAt, stepName, valueText } from "./names.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Action, Visit } from "./simulation.ts";
import { moments, tookInWords, type Moment } from "./timeline.ts";

type Props = { store: Store; rehearsal: Rehearsal; lit: Visit | null; onVisit: (visit: Visit) => void };

export function Steps({ store, rehearsal, lit, onVisit }: Props) {
  const box = useRef<HTMLOListElement>(null);
  const { result, answered } = rehearsal;
  const shown = result ? moments(result, answered) : [];
  const count = result?.trace.length ?? 0;

  // The newest is what just happened; a step that is pointed at comes into sight.
  useEffect(() => {
    const list = box.current?.parentElement;
    if (list) list.scrollTop = list.scrollHeight;
  }, [count]);
  useEffect(() => {
    box.current?.querySelector("[data-lit=true]")?.scrollIntoView({ block: "nearest" });
  }, [lit]);

  return (
    <ol ref={box} className="test-moments">
      {shown.map((moment) => (
        <li key={moment.line ?? -1}>
          <Cause moment={moment} labels={labelsIn(store, moment)} />
          {moment.visits.length > 0 && (
            <ol className="test-visits">
              {moment.visits.map((visit, place) => (
                <Row key={place} store={store} visit={visit} lit={visit === lit} onPress={() => onVisit(visit)} />
              ))}
            </ol>
          )}
        </li>
      ))}
    </ol>
  );
}

function Cause({ moment, labels }: { moment: Moment; labels: ReadonlyMap<string, string> }) {
  const Icon = iconOf(moment.action);
  const time = new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
  const exact = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  return (
    <p className="test-cause">
      <Icon size={12} aria-hidden="true" />
      <span>{moment.action ? actionName(moment.action, labels) : t("The conversation opens")}</span>
      <time dateTime={moment.at} title={exact.format(new Date(moment.at))}>
        {time.format(new Date(moment.at))}
      </time>
    </p>
  );
}

function iconOf(action: Action | null) {
  if (!action) return Play;
  if ("wait" in action) return Clock3;
  if ("colleague" in action) return UserRound;
  return "signal" in action ? Radio : MessageSquare;
}

/** Labels of the options of the step that heard a choice. */
function labelsIn(store: Store, moment: Moment): Map<string, string> {
  const heard = moment.visits[0];
  const options = heard && placedAt(store, heard.flow, heard.node)?.config?.options;
  const listed = Array.isArray(options) ? (options as { id?: string; label?: string }[]) : [];
  return new Map(listed.flatMap(({ id, label }) => (id && label ? [[id, label]] : [])));
}

type RowProps = { store: Store; visit: Visit; lit: boolean; onPress: () => void };

function Row({ store, visit, lit, onPress }: RowProps) {
  const type = typeOf(store.catalogue, visit.type);
  const known = placedAt(store, visit.flow, visit.node) !== undefined;
  const facts = [eventName(visit), outcomeName(store, visit)].filter(Boolean);
  const elsewhere = visit.flow !== store.flow;
  return (
    <li>
      <button type="button" className="test-visit" data-lit={lit} data-failed={visit.outcome === "Fail"} disabled={!known} onClick={onPress}>
        <span className="test-tile" data-group={type?.group}>
          <StepIcon name={type?.icon ?? ""} size={12} />
        </span>
        <span className="test-visit-text">
          <span className="test-visit-name">{stepName(store, visit.flow, visit.node, visit.type)}</span>
          {elsewhere && <span className="test-visit-facts">{flowName(store, visit.flow)}</span>}
          {facts.length > 0 && <span className="test-visit-facts">{facts.join(" · ")}</span>}
          {Object.entries(visit.changed).map(([name, value]) => (
            <span key={name} className="test-changed">
              <code>{name}</code> {valueText(value)}
            </span>
          ))}
        </span>
        <span className="test-took" title={t("How long the step took")}>
          {tookInWords(visit.microseconds)}
        </span>
      </button>
    </li>
  );
}
