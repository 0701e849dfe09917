/** The talk as the visitor sees it. */

import { CornerUpLeft, FileText } from "lucide-react";
import { Fragment, useEffect, useRef, type ReactNode } from "react";
import { Quotable, Sources } from "$/public/external/builder/design/sources/citations.tsx";
import { citationWords, t } from "../words.ts";
import { Marked } from "./marked.tsx";
import { actionName } from "./names.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Action, Said } from "./simulation.ts";

type Props = { rehearsal: Rehearsal; onSaid: (place: number) => void; children: ReactNode };

/** `children` is what comes after the last message: choices, or why nobody is asked. */
export function Chat({ rehearsal, onSaid, children }: Props) {
  const { result, talk, running } = rehearsal;
  const end = useRef<HTMLDivElement>(null);
  const { settled, misfit } = rehearsal;
  const shown = (result?.messages ?? []).filter(({ line }) => line === null || line < settled);
  const count = shown.length + talk.length;
  const of = (wanted: number | null) =>
    shown.map((said, place) => ({ said, place })).filter(({ said }) => said.line === wanted);

  useEffect(() => {
    const box = end.current?.parentElement;
    if (box) box.scrollTop = box.scrollHeight;
  }, [count, running]);

  return (
    <div className="test-chat" role="log" aria-label={t("Conversation")} tabIndex={0}>
      {[null, ...talk.slice(0, settled)].map((action, place) => (
        <Fragment key={place}>
          {action && <Turn action={action} onTakeBack={() => void rehearsal.takeBack(place - 1)} />}
          {of(action && place - 1).map(({ said, place }) => (
            <Bubble key={place} said={said} grouped={shown[place - 1]?.from === said.from} onPress={() => onSaid(place)} onTakeBack={takingBack(rehearsal, said)} />
          ))}
        </Fragment>
      ))}
      {talk.slice(settled).map((action, place) => (
        <Unplayed key={settled + place} action={action} why={place === 0 ? misfit : ""} left={Boolean(misfit)} onTakeBack={() => void rehearsal.takeBack(settled + place)} />
      ))}
      {running && rehearsal.answered !== talk && <Dots />}
      {!misfit && children}
      <div ref={end} />
    </div>
  );
}

function takingBack(rehearsal: Rehearsal, said: Said): (() => void) | undefined {
  const { line } = said;
  return said.from === "visitor" && line !== null ? () => void rehearsal.takeBack(line) : undefined;
}

/** What the world did between two messages: time went by, an event came. */
function Turn({ action, onTakeBack }: { action: Action; onTakeBack: () => void }) {
  if (!("wait" in action || "signal" in action || "colleague" in action)) return null;
  return (
    <div className="test-turn">
      <span>{actionName(action)}</span>
      <TakeBack onPress={onTakeBack} />
    </div>
  );
}

type BubbleProps = { said: Said; grouped: boolean; onPress: () => void; onTakeBack?: () => void };

function Bubble({ said, grouped, onPress, onTakeBack }: BubbleProps) {
  return (
    <div className="test-said" data-from={said.from} data-grouped={grouped}>
      {onTakeBack && <TakeBack onPress={onTakeBack} />}
      <Quotable citations={said.citations} words={citationWords()}>
        <div className="test-bubble" onClick={said.from === "bot" ? onPress : undefined}>
          <span className="visually-hidden">{said.from === "bot" ? t("Bot:") : t("Visitor:")}</span>
          {said.type === "image" && said.url && <img src={said.url} alt={said.text} />}
          {said.text && (said.from === "bot" ? <Marked text={said.text} /> : <p>{said.text}</p>)}
          {said.url && said.type !== "image" && <a href={said.url} target="_blank" rel="noreferrer">{said.url}</a>}
          {said.files?.map((file) => (
            <p key={file.name} className="test-file">
              <FileText size={14} aria-hidden="true" /> {file.name}
            </p>
          ))}
          {said.cards?.map((card, place) => (
            <div key={card.id ?? place} className="test-card">
              {card.image && <img src={card.image} alt="" />}
              <strong>{card.title}</strong>
              {card.text && <p>{card.text}</p>}
            </div>
          ))}
        </div>
        <Sources />
      </Quotable>
    </div>
  );
}

type UnplayedProps = { action: Action; why: string; left: boolean; onTakeBack: () => void };

/** A line that is on its way, or one that does not fit the draft any more. */
function Unplayed({ action, why, left, onTakeBack }: UnplayedProps) {
  if (!left && "wait" in action) return null;
  return (
    <div className="test-said" data-from="visitor" data-unplayed={left}>
      {left && <TakeBack onPress={onTakeBack} />}
      <div className="test-bubble">
        <p>{actionName(action)}</p>
      </div>
      {why && (
        <div className="test-misfit" role="status">
          <p>{t("This no longer fits: {reason}.", { reason: why })}</p>
          <button type="button" className="button" onClick={onTakeBack}>
            {t("Answer anew from here")}
          </button>
        </div>
      )}
    </div>
  );
}

function TakeBack({ onPress }: { onPress: () => void }) {
  return (
    <button type="button" className="test-take-back" title={t("Take back")} aria-label={t("Take back")} onClick={onPress}>
      <CornerUpLeft size={14} aria-hidden="true" />
    </button>
  );
}

function Dots() {
  return (
    <div className="test-said" data-from="bot">
      <div className="test-bubble test-dots" aria-label={t("The bot is writing")} role="img">
        <span />
        <span />
        <span />
      </div>
    </div>
  );
}
