/** All controls, and cards: one chunk, fetched when a bot first needs more than words. */

import "../chat.tsx"; // its parts and ours in one file: they pack better than in two
import type { Control } from "../dock.tsx";
import css from "../../styles/inputs.css";
import DateInput from "./date.tsx";
import Files from "./file.tsx";
import Form from "./form.tsx";
import List from "./list.tsx";
import NumberInput from "./number.tsx";
import Rating from "./rating.tsx";
import TimeInput from "./time.tsx";

export { Cards } from "./cards.tsx";
export { Extras, Sources } from "./extras.tsx";
export { Suggestions } from "./suggestions.tsx";
export { Verdict } from "./verdict.tsx";

export const controls: Record<string, Control> = {
  list: List, number: NumberInput, date: DateInput, time: TimeInput, rating: Rating, file: Files, form: Form,
};

let sheet: CSSStyleSheet | null = null;

/** Puts the controls' styles into a widget; once. */
export function dress(shadow: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!shadow.adoptedStyleSheets.includes(sheet)) shadow.adoptedStyleSheets.push(sheet);
}
