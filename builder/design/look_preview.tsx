import type { CSSProperties } from "react";

import { inkOn, isColour } from "./look_colour";
import type { Words } from "./look_fields";

export type Look = {
  accent: string;
  title: string;
  subtitle: string;
  avatar: string;
  mode: "auto" | "light" | "dark";
  position: "right" | "left";
  launcher: { text: string };
  greeting: string;
  radius: number;
};

type Props = { look: Look; name: string; open: boolean; words: Words };

const CHAT = "M12 4c-4.7 0-8.5 3.1-8.5 7 0 2.2 1.2 4.2 3.1 5.5L6 20.5l4.3-2.1c.6.1 1.1.1 1.7.1 4.7 0 8.5-3.1 8.5-7S16.7 4 12 4z";
const DOWN = "M6 9.5l6 6 6-6";
const CROSS = "M7 7l10 10M17 7L7 17";
const UP = "M12 19V5M6 11l6-6 6 6";
const DOTS = "M5.5 12h.5M11.8 12h.4M18 12h.5";
const CLIP = "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6";

/**
 * The chat as the widget draws it, without a conversation. It is a picture: nothing in it can be
 * used, so it is hidden from those who hear the page, who have every value in the fields beside it.
 */
export function LookPreview({ look, name, open, words }: Props) {
  const accent = isColour(look.accent) ? look.accent : "#3e63dd";
  const style = { "--look-accent": accent, "--look-ink": inkOn(accent), "--look-radius": `${look.radius}px` } as CSSProperties;
  return (
    <div className="look-stage" style={style} data-mode={look.mode} data-side={look.position} aria-hidden="true">
      <div className="look-site">
        <span />
        <span />
        <span />
        <span />
        <span />
      </div>
      {open ? <Panel look={look} name={name} words={words} /> : <Greeting text={look.greeting} />}
      <div className="look-launcher">
        <Icon path={open ? DOWN : CHAT} />
        {!open && look.launcher.text && <span>{look.launcher.text}</span>}
      </div>
    </div>
  );
}

function Panel({ look, name, words }: Omit<Props, "open">) {
  const title = look.title || name;
  return (
    <div className="look-panel">
      <div className="look-head">
        <Face picture={look.avatar} name={title} />
        <div className="look-names">
          <strong>{title}</strong>
          <span>{look.subtitle || words.subtitle_usual}</span>
        </div>
        <Icon path={DOTS} />
        <Icon path={CROSS} />
      </div>
      <div className="look-talk">
        <Face picture={look.avatar} name={title} />
        <p className="look-said">{words.sample_bot}</p>
        <p className="look-said visitor">{words.sample_visitor}</p>
        <Face picture={look.avatar} name={title} />
        <p className="look-said">{words.sample_answer}</p>
        <div className="look-pills">
          <span>{words.sample_one}</span>
          <span>{words.sample_two}</span>
        </div>
      </div>
      <div className="look-write">
        <Icon path={CLIP} />
        <span>{words.sample_write}</span>
        <i>
          <Icon path={UP} />
        </i>
      </div>
    </div>
  );
}

function Face({ picture, name }: { picture: string; name: string }) {
  return <span className="look-face">{picture ? <img src={picture} alt="" /> : [...name][0]?.toUpperCase()}</span>;
}

function Greeting({ text }: { text: string }) {
  if (!text) return null;
  return (
    <div className="look-greeting">
      <span>{text}</span>
      <Icon path={CROSS} />
    </div>
  );
}

function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
      <path d={path} />
    </svg>
  );
}
