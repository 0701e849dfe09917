/** Several fields at once; what is missing is told beside its field. */

import { useRef, useState } from "preact/hooks";
import { useAnswer } from "../answer.ts";
import type { Control } from "../dock.tsx";
import { readNumber } from "../numbers.ts";
import { useSetting } from "../surroundings.ts";
import type { Field } from "../types.ts";

interface Kind {
  type: "email" | "tel" | "url" | "text" | "date" | "time";
  inputMode?: "decimal";
  autoComplete?: string;
}

const TEXT: Kind = { type: "text" };
const KINDS: Record<string, Kind> = {
  email: { type: "email", autoComplete: "email" },
  phone: { type: "tel", autoComplete: "tel" },
  url: { type: "url", autoComplete: "url" },
  number: { type: "text", inputMode: "decimal" },
  date: { type: "date" },
  time: { type: "time" },
};

const Form: Control = ({ input }) => {
  const { words } = useSetting();
  const answer = useAnswer(input);
  const [values, setValues] = useState<Record<string, string | boolean>>({});
  const [told, setTold] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const fields = input?.fields ?? [];
  const missing = (field: Field) => Boolean(field.required) && (values[field.variable] ?? "") === "";

  const send = (event: Event) => {
    event.preventDefault();
    const first = fields.find(missing);
    setTold(Boolean(first));
    if (first) form.current?.querySelector<HTMLElement>(`#field-${fields.indexOf(first)}`)?.focus();
    else answer(Object.fromEntries(fields.flatMap((field) => given(field, values[field.variable]))));
  };
  return (
    <form class="form" ref={form} noValidate onSubmit={send} aria-label={words.form}>
      {fields.map((field, place) => {
        const id = `field-${place}`;
        const wrong = told && missing(field);
        const shared = {
          id, required: field.required, "aria-invalid": wrong, "aria-describedby": wrong ? `${id}-wrong` : undefined,
          onInput: (event: Event) => {
            const target = event.target as HTMLInputElement;
            setValues({ ...values, [field.variable]: target.type === "checkbox" ? target.checked : target.value });
          },
        };
        return (
          <div class={`field ${field.type === "confirm" ? "tick" : ""}`} key={field.variable}>
            <label for={id}>
              {field.label || field.variable}
              {!field.required && <span class="quiet"> ({words.optional})</span>}
            </label>
            {field.options?.length ? (
              <select {...shared} value={String(values[field.variable] ?? "")}>
                <option value="" />
                {field.options.map((option) => <option key={option.id} value={option.id}>{option.label}</option>)}
              </select>
            ) : field.type === "confirm" ? (
              <input type="checkbox" {...shared} checked={values[field.variable] === true} />
            ) : (
              <input dir="auto" {...((KINDS[field.type] ?? TEXT) as object)} {...shared} value={String(values[field.variable] ?? "")} />
            )}
            {wrong && <p class="bad" id={`${id}-wrong`}>{words.required}</p>}
          </div>
        );
      })}
      <button type="submit" class="primary">{words.send}</button>
    </form>
  );
};

/** A field's value with its own type; nothing for one that was left empty. */
function given(field: Field, value: string | boolean | undefined): [string, unknown][] {
  if (value === undefined || value === "") return [];
  if (typeof value === "boolean") return [[field.variable, value]];
  const option = field.options?.find((each) => each.id === value);
  if (option) return [[field.variable, option.value ?? option.label]];
  return [[field.variable, field.type === "number" ? (readNumber(value) ?? value) : value.trim()]];
}

export default Form;
