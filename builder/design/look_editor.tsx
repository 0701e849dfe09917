import { useEffect, useState } from "react";

import { isColour } from "./look_colour";
import { Choice, ColourField, Group, PictureField, RadiusField, TextField, type Words } from "./look_fields";
import { LookPreview, type Look } from "./look_preview";

type Props = {
  look: Look;
  name: string;
  errors: Record<string, string>;
  saved: number;
  readOnly: boolean;
  largest: number;
  words: Words;
  onSave: (look: Look) => void;
};

/** The look as it is being changed, drawn at once; nothing of it is kept until it is saved. */
export function LookEditor({ look: kept, name, errors, saved, readOnly, largest, words, onSave }: Props) {
  const [look, setLook] = useState(kept);
  const [open, setOpen] = useState(true);
  const changed = JSON.stringify(ordered(look)) !== JSON.stringify(ordered(kept));

  // What was read anew or saved replaces what is shown; a refused save leaves it to be mended.
  useEffect(() => setLook(kept), [saved, JSON.stringify(ordered(kept))]);
  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);

  const change = (part: Partial<Look>) => setLook({ ...look, ...part });
  const text = (key: "title" | "subtitle" | "greeting", label: string, longest: number, below: { help?: string; usual?: string }, seen = true) => (
    <TextField
      label={label}
      value={look[key]}
      longest={longest}
      error={errors[key]}
      readOnly={readOnly}
      onFocus={() => setOpen(seen)}
      onChange={(value) => change({ [key]: value })}
      {...below}
    />
  );

  return (
    <div className="card look">
      <form
        className="look-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isColour(look.accent)) onSave(look);
        }}
      >
        <Group title={words.header}>
          {text("title", words.title, 60, { help: words.title_help, usual: name })}
          {text("subtitle", words.subtitle, 100, { usual: words.subtitle_usual })}
          <PictureField
            words={words}
            value={look.avatar}
            largest={largest}
            error={errors.avatar}
            readOnly={readOnly}
            onChange={(avatar) => {
              setOpen(true);
              change({ avatar });
            }}
          />
        </Group>
        <Group title={words.colours}>
          <ColourField words={words} value={look.accent} error={errors.accent} readOnly={readOnly} onChange={(accent) => change({ accent })} />
          <Choice
            label={words.mode}
            value={look.mode}
            options={[
              ["auto", words.mode_auto],
              ["light", words.mode_light],
              ["dark", words.mode_dark],
            ]}
            readOnly={readOnly}
            onChange={(mode) => change({ mode: mode as Look["mode"] })}
          />
          <RadiusField words={words} value={look.radius} readOnly={readOnly} onChange={(radius) => change({ radius })} />
        </Group>
        <Group title={words.place}>
          <Choice
            label={words.position}
            value={look.position}
            options={[
              ["left", words.position_left],
              ["right", words.position_right],
            ]}
            readOnly={readOnly}
            onChange={(position) => change({ position: position as Look["position"] })}
          />
          <TextField
            label={words.launcher}
            value={look.launcher.text}
            longest={30}
            error={errors["launcher.text"]}
            help={words.launcher_help}
            readOnly={readOnly}
            onFocus={() => setOpen(false)}
            onChange={(value) => change({ launcher: { ...look.launcher, text: value } })}
          />
          {text("greeting", words.greeting, 160, { help: words.greeting_help }, false)}
        </Group>
        {errors.look && (
          <p className="field-error look-refused" role="alert">
            {errors.look}
          </p>
        )}
        {!readOnly && (
          <div className={changed ? "look-actions changed" : "look-actions"}>
            <p className="quiet-text" role="status">
              {changed ? words.unsaved : words.same}
            </p>
            <button type="button" className="button" disabled={!changed} onClick={() => setLook(kept)}>
              {words.discard}
            </button>
            <button type="submit" className="button primary" disabled={!changed || !isColour(look.accent)}>
              {words.save}
            </button>
          </div>
        )}
      </form>
      <div className="look-beside">
        <div className="look-switch">
          <Choice
            label={words.preview}
            value={open ? "open" : "closed"}
            options={[
              ["open", words.preview_open],
              ["closed", words.preview_closed],
            ]}
            readOnly={false}
            onChange={(value) => setOpen(value === "open")}
          />
        </div>
        <LookPreview look={look} name={name} open={open} words={words} />
      </div>
    </div>
  );
}

/** The keys in one order, so that two looks can be compared. */
function ordered(look: Look): [string, unknown][] {
  return Object.entries(look).sort(([one], [other]) => (one < other ? -1 : 1));
}
