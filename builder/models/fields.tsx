/** What the forms of the page are made of, and what stands in place of what is not read. */

import { RotateCw } from "lucide-react";
import { useId, useState, type ReactNode } from "react";

import { t } from "./words";

interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string;
  optional?: boolean;
  className?: string;
}

interface Described {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

/** Label above, control, help below, error in its place. */
export function Field({ label, help, error, optional, className, children }: FieldProps & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const below = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={className ? `field ${className}` : "field"}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="optional"> {t("(optional)")}</span>}
      </label>
      {children({ id, "aria-describedby": below || undefined, "aria-invalid": error ? true : undefined })}
      {help && (
        <p className="help" id={`${id}-help`}>
          {help}
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

/** What stands between backticks is something to be typed as it is. */
export function withCode(text: string): ReactNode {
  return text && text.split("`").map((piece, at) => (at % 2 ? <code key={at} className="code">{piece}</code> : piece));
}

interface TextProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "password" | "url";
  placeholder?: string;
  list?: string;
}

export function TextField({ value, onChange, type = "text", placeholder, list, ...field }: TextProps) {
  return (
    <Field {...field}>
      {(described) => (
        <input {...described} className="input" type={type} value={value} placeholder={placeholder} list={list} autoComplete={type === "password" ? "new-password" : "off"} spellCheck={false} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

interface NumberProps extends FieldProps {
  value: number;
  onChange: (value: number) => void;
}

/** An empty field stands for 0, which is told in its help. */
export function NumberField({ value, onChange, ...field }: NumberProps) {
  return <Field {...field}>{(described) => <NumberInput {...described} value={value} onChange={onChange} />}</Field>;
}

interface NumberInputProps extends Partial<Described> {
  value: number;
  onChange: (value: number) => void;
  className?: string;
  "aria-label"?: string;
}

/** What is typed stays as it is typed ("0.0" on the way to "0.05"), while it means the same number. */
export function NumberInput({ value, onChange, className = "", ...described }: NumberInputProps) {
  const [text, setText] = useState(value ? String(value) : "");
  const shown = (Number(text) || 0) === value ? text : String(value || "");
  const type = (typed: string) => {
    setText(typed);
    onChange(Math.max(0, Number(typed) || 0));
  };
  return <input {...described} className={`input ${className}`} type="number" inputMode="decimal" min={0} step="any" value={shown} placeholder="0" onChange={(event) => type(event.target.value)} />;
}

interface SelectProps extends FieldProps {
  value: string;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
}

export function SelectField({ value, options, onChange, ...field }: SelectProps) {
  return (
    <Field {...field}>
      {(described) => (
        <select {...described} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function AreaField({ value, rows = 4, onChange, placeholder, ...field }: FieldProps & { value: string; rows?: number; placeholder?: string; onChange: (value: string) => void }) {
  return (
    <Field {...field}>
      {(described) => <textarea {...described} className="input" rows={rows} dir="auto" value={value} placeholder={placeholder} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export function Check({ label, help, checked, onChange }: { label: string; help?: string; checked: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <div className="models-check">
      <input type="checkbox" id={id} checked={checked} aria-describedby={help ? `${id}-help` : undefined} onChange={(event) => onChange(event.target.checked)} />
      <div>
        <label htmlFor={id}>{label}</label>
        {help && (
          <p className="help" id={`${id}-help`}>
            {help}
          </p>
        )}
      </div>
    </div>
  );
}

/** A part of the page under its own heading, with what is done there beside it. */
export function Part({ title, lead, action, children }: { title: string; lead?: ReactNode; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <div className="titles">
          <h2 id={id}>{title}</h2>
          {lead && <p className="quiet-text">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

export function Waiting() {
  return (
    <div className="card padded stack-4" role="status">
      <span className="visually-hidden">{t("Loading")}</span>
      {["62%", "88%", "48%"].map((width) => (
        <span key={width} className="skeleton" style={{ width }} />
      ))}
    </div>
  );
}

export function Failed({ why, onRetry }: { why: string; onRetry: () => void }) {
  return (
    <div className="form-error" role="alert">
      <p className="models-grow">{why}</p>
      <button type="button" className="button" onClick={onRetry}>
        <RotateCw size={16} aria-hidden="true" />
        {t("Try again")}
      </button>
    </div>
  );
}
