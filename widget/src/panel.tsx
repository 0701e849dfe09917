/** The window: header, log, and the place where the visitor answers. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { Dock } from "./dock.tsx";
import { Icon } from "./icons.tsx";
import { Log } from "./log.tsx";
import { hasKeyboard, useSetting } from "./surroundings.ts";

export function Panel({ open }: { open: boolean }) {
  const { host } = useSetting();
  const panel = useRef<HTMLElement>(null);
  const bubble = host.mode === "bubble";

  useEffect(() => {
    if (!open || !bubble) return;
    const box = hasKeyboard() && panel.current?.querySelector<HTMLElement>("textarea, .box input");
    (box || panel.current)?.focus();
  }, [open]);

  useEffect(() => {
    const view = visualViewport;
    if (!open || !view || host.mode === "inline") return;
    const fit = () => {
      const [height, top] = view.scale > 1.01 ? ["", ""] : [`${view.height}px`, `${view.offsetTop}px`]; // not for a magnifier
      panel.current?.style.setProperty("--seen", height);
      panel.current?.style.setProperty("--from", top);
    };
    const ended = new AbortController();
    for (const change of ["resize", "scroll"]) view.addEventListener(change, fit, { signal: ended.signal });
    fit();
    return () => ended.abort();
  }, [open]);

  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && bubble && !event.defaultPrevented) {
      event.stopPropagation();
      host.close();
    } else if (event.key === "Tab" && panel.current && covers(panel.current)) {
      goRound(event, panel.current);
    }
  };

  return (
    <section
      class="panel" ref={panel} tabIndex={-1} aria-label={host.look.title} onKeyDown={pressed}
      role={bubble ? "dialog" : "region"}
    >
      <Header />
      <Log open={open} />
      <Dock />
    </section>
  );
}

function Header() {
  const { host, words } = useSetting();
  return (
    <header class="head">
      <Avatar size="big" />
      <div class="who">
        <h2 dir="auto">{host.look.title}</h2>
        <p dir="auto">{host.look.subtitle || words.subtitle}</p>
      </div>
      <Menu />
      {host.mode === "bubble" && (
        <button type="button" class="plain" aria-label={words.close} onClick={() => host.close()}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}

function Menu() {
  const { conversation, words, save } = useSetting();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    items(box.current)[0]?.focus();
    const elsewhere = (event: Event) => event.composedPath().includes(box.current as EventTarget) || setOpen(false);
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [open]);

  const choose = (work: () => void) => () => {
    setOpen(false);
    button.current?.focus();
    work();
  };
  const pressed = (event: KeyboardEvent) => {
    if (!open) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      setOpen(false);
      button.current?.focus();
    } else if (step) {
      event.preventDefault();
      const all = items(box.current);
      const at = all.findIndex((each) => each.matches(":focus"));
      all[(at + step + all.length) % all.length]?.focus();
    }
  };
  return (
    <div class="menu" ref={box} onKeyDown={pressed}>
      <button
        type="button" class="plain" ref={button} aria-label={words.menu} aria-haspopup="menu"
        aria-expanded={open} onClick={() => setOpen(!open)}
      >
        <Icon name="dots" />
      </button>
      {open && (
        <div role="menu" class="items" aria-label={words.menu}>
          {conversation.earlier && (
            <button type="button" role="menuitem" onClick={choose(() => void conversation.turnBack())}>
              <Icon name="back" />
              {words.earlier}
            </button>
          )}
          <button type="button" role="menuitem" onClick={choose(() => void save())}>
            <Icon name="save" />
            {words.save}
          </button>
          <button type="button" role="menuitem" onClick={choose(() => void conversation.anew())}>
            <Icon name="anew" />
            {words.anew}
          </button>
        </div>
      )}
    </div>
  );
}

const items = (box: HTMLElement | null) => [...(box?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];

/** On a phone the panel is all there is, so the keyboard stays in it. */
const covers = (panel: HTMLElement) => panel.getBoundingClientRect().width >= innerWidth;

function goRound(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>("button, textarea, input, select, a[href], [tabindex='0']")].filter(
    (each) => !each.hasAttribute("disabled") && each.tabIndex >= 0 && each.offsetParent,
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const active = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey ? active === first || active === panel : active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
