/** A list of sentences, written as one writes a list: Enter goes on, several lines pasted are several. */

import { Plus, X } from "lucide-react";
import { useRef, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { flowOf } from "../standard.ts";
import { flowName } from "../test/names.ts";
import { countInWords, ENOUGH, intake, LONGEST, sentencesIn, translationsMoved, type Place, type Refusal } from "../understanding/examples.ts";
import { goToExamples } from "../understanding/places.ts";
import { t } from "../words.ts";
import { useForm } from "./form.ts";
import { written } from "./path.ts";
import { namedGroup, type WidgetProps } from "./widget.ts";

export function Sentences(props: WidgetProps) {
  const form = useForm();
  const { path, label } = props;
  const root = useRef<HTMLDivElement>(null);
  const [refused, setRefused] = useState<readonly Refusal[]>([]);
  const sentences = Array.isArray(props.value) ? props.value.map(String) : [];
  const flow = flowOf(form.key);
  const here = (at: number): Place => ({ flow, trigger: Number(form.base[1]), at });
  const prefix = `flows.${flow}.${[...form.base, ...path].join(".")}.`;

  const put = (next: readonly string[], moved: (at: number) => number | null) => form.set(path, next, label, null, translationsMoved(form.store, prefix, moved));
  const step = (at: number) => focusLine(root.current, at); // at once: the next key may be there already
  const focus = (at: number) => requestAnimationFrame(() => step(at));
  const add = (text: string) => {
    const { fresh, refused } = intake(form.store, sentencesIn(text));
    setRefused(refused);
    if (fresh.length) put([...sentences, ...fresh], (at) => at);
    return refused;
  };
  const remove = (at: number) => {
    setRefused([]);
    put(sentences.toSpliced(at, 1), (old) => (old === at ? null : old > at ? old - 1 : old));
  };
  const rewrite = (at: number, text: string) => {
    const lines = sentencesIn(text);
    if (!lines.length) return remove(at);
    const { fresh, refused } = intake(form.store, lines, here(at));
    setRefused(refused);
    if (!fresh.length || (fresh.length === 1 && fresh[0] === sentences[at])) return;
    put(sentences.toSpliced(at, 1, ...fresh), (old) => (old > at ? old + fresh.length - 1 : old));
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= sentences.length) return;
    const next = sentences.with(from, sentences[to] ?? "").with(to, sentences[from] ?? "");
    put(next, (old) => (old === from ? to : old === to ? from : old));
    focus(to);
  };

  return (
    <div ref={root} className="panel-sentences" {...namedGroup(props)} role="group">
      <div className="panel-sentences-box">
        {sentences.length > 0 && (
          <ol>
            {sentences.map((sentence, at) => (
              <Line
                key={at}
                place={at + 1}
                path={written([...form.base, ...path, at])}
                sentence={sentence}
                readOnly={form.readOnly}
                rewrite={(text) => rewrite(at, text)}
                remove={() => remove(at)}
                step={(by) => step(at + by)}
                go={(by) => focus(at + by)}
                move={(by) => move(at, at + by)}
              />
            ))}
          </ol>
        )}
        {!form.readOnly && (
          <NewLine
            id={props.id}
            first={!sentences.length}
            describedBy={props.describedBy}
            add={add}
            changed={() => setRefused([])}
            back={() => step(sentences.length - 1)}
            leave={() => form.leave(path)}
          />
        )}
      </div>
      {!form.readOnly && <Refusals refused={refused} flow={flow} />}
      <p className="panel-sentences-count" data-few={sentences.length > 0 && sentences.length < ENOUGH}>
        {countInWords(sentences.length)}
      </p>
    </div>
  );
}

function focusLine(root: HTMLElement | null, at: number): void {
  const lines = root?.querySelectorAll<HTMLTextAreaElement>("textarea");
  const line = lines?.item(Math.max(0, at));
  line?.focus();
  line?.setSelectionRange(line.value.length, line.value.length);
}

interface LineProps {
  place: number;
  path: string;
  sentence: string;
  readOnly: boolean;
  rewrite: (text: string) => void;
  remove: () => void;
  /** To another line as it stands; `go`: once this one has changed. */
  step: (by: number) => void;
  go: (by: number) => void;
  move: (by: number) => void;
}

/** What is being written belongs to the sentence it began as: another one drops it. */
function Line({ place, path, sentence, readOnly, rewrite, remove, step, go, move }: LineProps) {
  const [draft, setDraft] = useState<{ of: string; text: string } | null>(null);
  const text = draft?.of === sentence ? draft.text : sentence;
  const keep = () => {
    setDraft(null);
    if (text !== sentence) rewrite(text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && event.altKey && !readOnly) {
      keep();
      move(by);
    } else if (by && isAtEdge(event.currentTarget, by)) step(by);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      keep();
      go(1);
    } else if (event.key === "Backspace" && !text && !readOnly) {
      setDraft(null);
      remove();
      go(-1);
    } else if (event.key === "Escape" && text !== sentence) setDraft(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <li className="panel-sentence" data-path={path}>
      <textarea
        rows={1}
        aria-label={t("Sentence {place}", { place })}
        value={text}
        readOnly={readOnly}
        data-drafted={text !== sentence || undefined}
        onChange={(event) => setDraft({ of: sentence, text: event.target.value })}
        onKeyDown={onKeyDown}
        onBlur={keep}
      />
      {!readOnly && (
        <button type="button" className="panel-icon-button" aria-label={t("Remove “{text}”", { text: sentence })} title={t("Remove")} onClick={remove}>
          <X size={14} aria-hidden />
        </button>
      )}
    </li>
  );
}

function isAtEdge({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, by: number): boolean {
  const edge = by < 0 ? 0 : value.length;
  return selectionStart === edge && selectionEnd === edge;
}

interface NewLineProps {
  id: string;
  first: boolean;
  describedBy?: string;
  add: (text: string) => readonly Refusal[];
  changed: () => void;
  back: () => void;
  leave: () => void;
}

function NewLine({ id, first, describedBy, add, changed, back, leave }: NewLineProps) {
  const [text, setText] = useState("");
  const take = (whole: string) => {
    const refused = whole.trim() ? add(whole) : [];
    setText(refused.length === 1 ? refused[0]!.text : ""); // one that was refused can be put otherwise
  };
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = event.clipboardData.getData("text/plain");
    if (sentencesIn(pasted).length < 2) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    take(text.slice(0, selectionStart) + pasted + text.slice(selectionEnd));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && !event.nativeEvent.isComposing) take(text);
    else if (event.key === "ArrowUp" && isAtEdge(event.currentTarget, -1)) back();
    else if (event.key === "Escape" && text) {
      setText("");
      changed();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="panel-sentence new">
      <Plus size={14} aria-hidden />
      <textarea
        id={id}
        rows={1}
        aria-label={t("Add a sentence")}
        aria-describedby={describedBy}
        placeholder={first ? t("Where is my order?") : t("Another one")}
        value={text}
        data-drafted={text !== "" || undefined}
        onChange={(event) => {
          setText(event.target.value);
          changed();
        }}
        onPaste={onPaste}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (text.trim()) take(text);
          leave();
        }}
      />
    </div>
  );
}

const SHOWN = 3;

function Refusals({ refused, flow }: { refused: readonly Refusal[]; flow: string }) {
  const { store } = useForm();
  const more = refused.length - SHOWN;
  return (
    <div className="panel-sentences-refused" role="status">
      {refused.slice(0, SHOWN).map(({ text, place }) => (
        <p key={text} className="field-error warning">
          <span>
            {!place && t("“{text}” is longer than {most} characters.", { text: `${text.slice(0, 40)}…`, most: LONGEST })}
            {place?.flow === flow && t("“{text}” stands here already, as sentence {place}.", { text, place: place.at + 1 })}
            {place && place.flow !== flow && t("“{text}” is already an example of “{flow}”.", { text, flow: flowName(store, place.flow) })}
            {place && place.flow !== flow && (
              <button type="button" className="panel-link" onClick={() => goToExamples(store, place.flow)}>
                {t("Show")}
              </button>
            )}
          </span>
        </p>
      ))}
      {more > 0 && <p className="field-error warning">{more === 1 ? t("And 1 more that is known already.") : t("And {count} more that are known already.", { count: more })}</p>}
    </div>
  );
}
