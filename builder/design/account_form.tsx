import { useId, useState, type FormEvent } from "react";

export type FieldOf = {
  name: string;
  label: string;
  type: string;
  autocomplete: string;
  help?: string;
  value?: string;
  minlength?: number;
};

export type Words = {
  busy: string;
  offline: string;
  empty: string;
  email: string;
  short: string;
};

type Props = {
  action: string;
  fields: FieldOf[];
  submit: string;
  words: Words;
  destination: string;
};

type Errors = Record<string, string>;
type Problem = { detail?: string; errors?: { path: string; message: string }[] };

const WHOLE = "";

/**
 * A form whose answer sets the session's cookie, so it is a request of its own and not an event.
 * Afterwards the whole page loads anew, because the socket keeps the cookies it began with; and the
 * tab forgets its state on the server, which may be another person's.
 */
export function AccountForm({ action, fields, submit, words, destination }: Props) {
  const [errors, setErrors] = useState<Errors>({});
  const [sending, setSending] = useState(false);
  const id = useId();

  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = Object.fromEntries(new FormData(form));
    let found = check(form, fields, words);
    if (!Object.keys(found).length) {
      setSending(true);
      const answer = await post(action, values);
      if (answer?.ok) return enter(destination);
      found = await refusal(answer, fields, words);
      setSending(false);
    }
    setErrors(found);
    const first = fields.find((field) => found[field.name]) ?? fields[0];
    form.querySelector<HTMLElement>(`[name="${first?.name}"]`)?.focus();
  };

  return (
    <form className="form" method="post" action={action} onSubmit={send} noValidate>
      {errors[WHOLE] && (
        <p className="form-error" role="alert">
          {errors[WHOLE]}
        </p>
      )}
      {fields.map((field) => (
        <Field key={field.name} field={field} id={id + field.name} error={errors[field.name]} />
      ))}
      <button type="submit" className="button primary wide" disabled={sending}>
        {sending ? words.busy : submit}
      </button>
    </form>
  );
}

function Field({ field, id, error }: { field: FieldOf; id: string; error?: string }) {
  const described = error ? `${id}-error` : field.help ? `${id}-help` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{field.label}</label>
      <input
        className="input"
        id={id}
        name={field.name}
        type={field.type}
        autoComplete={field.autocomplete}
        defaultValue={field.value}
        minLength={field.minlength}
        required
        aria-invalid={error ? true : undefined}
        aria-describedby={described}
      />
      {field.help && !error && (
        <p className="help" id={`${id}-help`}>
          {field.help}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What the browser can tell by itself, in our words. */
function check(form: HTMLFormElement, fields: FieldOf[], words: Words): Errors {
  const errors: Errors = {};
  for (const field of fields) {
    const input = form.elements.namedItem(field.name) as HTMLInputElement;
    if (input.validity.valueMissing) errors[field.name] = words.empty;
    else if (input.validity.typeMismatch) errors[field.name] = words.email;
    else if (field.minlength && input.value.length < field.minlength) errors[field.name] = words.short;
  }
  return errors;
}

/** Each reason beside its field; a wrong password beside the last one; all else above them. */
async function refusal(answer: Response | null, fields: FieldOf[], words: Words): Promise<Errors> {
  const problem: Problem = answer ? await answer.json().catch(() => ({})) : {};
  const placed = (problem.errors ?? []).filter((error) => fields.some((field) => field.name === error.path));
  if (placed.length) return Object.fromEntries(placed.map((error) => [error.path, error.message]));
  const last = answer?.status === 401 ? fields.at(-1) : undefined;
  return { [last?.name ?? WHOLE]: problem.detail ?? words.offline };
}

export function post(action: string, body: unknown): Promise<Response | null> {
  return fetch(action, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
}

/** Loads the page that was asked for before the sign-in, if it is one of ours, else the usual one. */
export function enter(usual: string): void {
  sessionStorage.clear();
  const next = new URLSearchParams(window.location.search).get("next") ?? usual;
  const url = new URL(next, window.location.origin);
  window.location.assign(url.origin === window.location.origin ? url.pathname + url.search : usual);
}
