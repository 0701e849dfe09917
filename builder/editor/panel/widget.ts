/** What every widget is given, and how a text field types into the document. */

import { useForm } from "./form.ts";
import { written, type Path } from "./path.ts";
import type { Shape } from "./schema.ts";

export interface WidgetProps {
  id: string;
  path: Path;
  shape: Shape;
  value: unknown;
  label: string;
  labelId?: string; // of the label on the page; without one, the widget names itself
  describedBy?: string;
  invalid: boolean;
}

/** The attributes that name and explain a control. */
export function named({ id, label, labelId, describedBy, invalid }: WidgetProps) {
  return {
    id,
    "aria-label": labelId ? undefined : label,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
  };
}

/** The same for what no `<label>` can point to. */
export function namedGroup({ label, labelId, describedBy }: WidgetProps) {
  return {
    "aria-label": labelId ? undefined : label,
    "aria-labelledby": labelId,
    "aria-describedby": describedBy,
  };
}

export interface Typing {
  text: string;
  type: (text: string) => void;
  leave: () => void;
  readOnly: boolean;
}

/** A field whose value is text. Emptied, a field that may be absent is taken out. */
export function useTyping({ path, shape, value, label }: WidgetProps): Typing {
  const form = useForm();
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  return {
    text,
    readOnly: form.readOnly,
    type: (next) => {
      const gesture = next.length < text.length ? "delete" : "type";
      form.set(path, next === "" && shape.nullable ? undefined : next, label, gesture);
    },
    leave: () => form.leave(path),
  };
}

export function fieldId(key: string, path: Path): string {
  return `field-${key}-${written(path)}`.replace(/[^\w-]+/g, "-");
}
