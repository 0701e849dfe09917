import { useId, useRef, useState, type ReactNode } from "react";

import { contrast, inkOn, isColour } from "./look_colour";

/** What `builder.design.look` says in the reader's language. */
export type Words = Record<
  | "accent" | "accent_dark" | "accent_faint" | "accent_pick" | "accent_wrong" | "avatar" | "avatar_choose"
  | "avatar_help" | "avatar_large" | "avatar_other" | "avatar_remove" | "avatar_unreadable" | "colours"
  | "discard" | "greeting" | "greeting_help" | "header" | "launcher" | "launcher_help" | "mode" | "mode_auto"
  | "mode_dark" | "mode_light" | "pixels" | "place" | "position" | "position_left" | "position_right"
  | "preview" | "preview_closed" | "preview_open" | "radius" | "same" | "sample_answer" | "sample_bot"
  | "sample_one" | "sample_two" | "sample_visitor" | "sample_write" | "save" | "subtitle" | "subtitle_usual"
  | "title" | "title_help" | "unsaved",
  string
>;

type TextProps = {
  label: string;
  value: string;
  longest: number;
  error?: string;
  help?: string;
  usual?: string;
  readOnly: boolean;
  onChange: (value: string) => void;
  onFocus?: () => void;
};

export function TextField({ label, value, longest, error, help, usual, readOnly, onChange, onFocus }: TextProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        className="input"
        id={id}
        value={value}
        maxLength={longest}
        placeholder={usual}
        readOnly={readOnly}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-below`}
        onFocus={onFocus}
        onChange={(event) => onChange(event.target.value)}
      />
      <Below id={`${id}-below`} error={error} help={help} />
    </div>
  );
}

type ChoiceProps = {
  label: string;
  value: string;
  options: [value: string, label: string][];
  readOnly: boolean;
  onChange: (value: string) => void;
};

/** A few choices side by side, of which one is taken. */
export function Choice({ label, value, options, readOnly, onChange }: ChoiceProps) {
  const name = useId();
  return (
    <fieldset className="field look-choice" disabled={readOnly}>
      <legend>{label}</legend>
      <div className="segments">
        {options.map(([each, text]) => (
          <label key={each} className="segment">
            <input type="radio" name={name} checked={each === value} onChange={() => onChange(each)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type ColourProps = { words: Words; value: string; error?: string; readOnly: boolean; onChange: (value: string) => void };

/** The browser's own picker beside the colour in writing; a note where it is hard to read. */
export function ColourField({ words, value, error, readOnly, onChange }: ColourProps) {
  const id = useId();
  const fits = isColour(value);
  const wrong = fits ? error : words.accent_wrong;
  return (
    <div className="field">
      <label htmlFor={id}>{words.accent}</label>
      <div className="look-colour">
        <input
          type="color"
          value={fits ? value : "#000000"}
          aria-label={words.accent_pick}
          disabled={readOnly}
          onChange={(event) => onChange(event.target.value)}
        />
        <input
          className="input"
          id={id}
          value={value}
          maxLength={7}
          spellCheck={false}
          autoComplete="off"
          readOnly={readOnly}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-below`}
          onChange={(event) => onChange(written(event.target.value))}
        />
      </div>
      <Below id={`${id}-below`} error={wrong} help={fits ? note(words, value) : undefined} />
    </div>
  );
}

/** As people paste it: with or without #, in any case, or with three digits. */
function written(text: string): string {
  const digits = text.trim().toLowerCase().replace(/^#*/, "");
  return `#${digits}`.slice(0, 7);
}

function note(words: Words, accent: string): string | undefined {
  if (contrast(accent, "#ffffff") < 1.25) return words.accent_faint;
  return inkOn(accent) === "#ffffff" ? undefined : words.accent_dark;
}

type RadiusProps = { words: Words; value: number; readOnly: boolean; onChange: (value: number) => void };

export function RadiusField({ words, value, readOnly, onChange }: RadiusProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{words.radius}</label>
      <div className="look-range">
        <input
          type="range"
          id={id}
          min={0}
          max={28}
          step={2}
          value={value}
          disabled={readOnly}
          onChange={(event) => onChange(Number(event.target.value))}
        />
        <output htmlFor={id}>
          {value} {words.pixels}
        </output>
      </div>
    </div>
  );
}

type PictureProps = {
  words: Words;
  value: string;
  largest: number;
  error?: string;
  readOnly: boolean;
  onChange: (value: string) => void;
};

/** A picture of the visitor's counterpart, cut to a square and made small in the browser. */
export function PictureField({ words, value, largest, error, readOnly, onChange }: PictureProps) {
  const [problem, setProblem] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  const take = async (file?: File) => {
    if (!file) return;
    const made = await small(file, largest).catch(() => null);
    setProblem(made === null ? words.avatar_unreadable : made ? "" : words.avatar_large);
    if (made) onChange(made);
    if (input.current) input.current.value = "";
  };

  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span className="label" id={id}>
        {words.avatar}
      </span>
      <div className="look-picture">
        {value && <img src={value} alt="" width={40} height={40} />}
        <button type="button" className="button" disabled={readOnly} onClick={() => input.current?.click()}>
          {value ? words.avatar_other : words.avatar_choose}
        </button>
        {value && (
          <button type="button" className="button quiet" disabled={readOnly} onClick={() => onChange("")}>
            {words.avatar_remove}
          </button>
        )}
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          aria-label={words.avatar_choose}
          hidden
          onChange={(event) => void take(event.target.files?.[0])}
        />
      </div>
      <Below error={problem || error} help={words.avatar_help} />
    </div>
  );
}

const SIDE = 96; // pixels: twice what the widget shows

/** The middle of a picture as a `data:` address of at most `largest` characters, else empty. */
async function small(file: File, largest: number): Promise<string> {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const cut = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - cut) / 2, (picture.height - cut) / 2];
  canvas.getContext("2d")?.drawImage(picture, left, top, cut, cut, 0, 0, SIDE, SIDE);
  picture.close();
  const tries = [canvas.toDataURL("image/webp", 0.9), canvas.toDataURL("image/png"), canvas.toDataURL("image/jpeg", 0.8)];
  return tries.find((made) => made.length <= largest) ?? "";
}

export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="look-group">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Below({ id, error, help }: { id?: string; error?: string; help?: string }) {
  return (
    <div id={id} className="look-below">
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : (
        help && <p className="help">{help}</p>
      )}
    </div>
  );
}
