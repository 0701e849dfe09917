/** What a type of step is for, with an example of one as it would lie on the canvas. */

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Summary } from "./card.tsx";
import type { NodeType } from "./catalogue.ts";
import { rowsOf, storesIn, summaryOf, waysOut } from "./graph.ts";
import { StepIcon } from "./icons.tsx";
import { t } from "./words.ts";

const PATIENCE = 400; // milliseconds that a pointer rests on a step
const GAP = 12;
const MARGIN = 8;
const NONE_USED: ReadonlySet<string> = new Set();
const HELP = "step-help";

interface Asked {
  type: NodeType;
  box: DOMRect;
}

/** Help for whatever the pointer rests on, or the keyboard has come to. */
export function useStepHelp() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const hide = () => {
    clearTimeout(timer.current);
    setAsked(null);
  };
  const show = (type: NodeType, element: Element, pause: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAsked({ type, box: element.getBoundingClientRect() }), pause);
  };
  const of = (type: NodeType) => ({
    "aria-describedby": asked?.type === type ? HELP : undefined,
    onMouseEnter: (event: { currentTarget: Element }) => show(type, event.currentTarget, PATIENCE),
    onMouseLeave: hide,
    onFocus: (event: { currentTarget: Element }) => event.currentTarget.matches(":focus-visible") && show(type, event.currentTarget, 0),
    onBlur: hide,
  });
  return { of, hide, help: asked && <StepHelp asked={asked} /> };
}

function StepHelp({ asked: { type, box } }: { asked: Asked }) {
  const shown = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = shown;
    if (!current) return;
    current.showPopover();
    const lowest = window.innerHeight - MARGIN - current.offsetHeight;
    current.style.top = `${Math.max(MARGIN, Math.min(box.top, lowest))}px`;
    current.style.left = `${box.right + GAP}px`;
  }, [box]);
  return (
    <div ref={shown} id={HELP} className="editor-step-help" role="tooltip" popover="manual">
      <p>{type.help}</p>
      {Object.keys(type.example).length > 0 && (
        <>
          <p className="editor-step-help-for">{t("For example")}</p>
          <Example type={type} />
        </>
      )}
    </div>
  );
}

function Example({ type }: { type: NodeType }) {
  const { shown } = rowsOf(waysOut(type, type.example), NONE_USED);
  return (
    <div className="editor-card" data-group={type.group}>
      <div className="editor-card-head">
        <span className="editor-tile">
          <StepIcon name={type.icon} />
        </span>
        <span className="editor-card-title">{type.label}</span>
      </div>
      <Summary pieces={summaryOf(type, type.example)} stores={storesIn(type, type.example)} />
      <ul className="editor-ways">
        {shown.map((way) => (
          <li key={way.id} className="editor-way">
            <span className="editor-way-label">{t(way.label) || way.id}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
