/** Small pieces that every part of the page is made of: header, tabs, what is empty, what failed. */

import { ChevronLeft, CircleAlert, RotateCw, type LucideIcon } from "lucide-react";
import { useId, type ReactNode } from "react";
import { Link } from "react-router";

import { Tabs as Row } from "$/public/external/builder/design/sources/tabs.tsx";

import { toCollections, toReviewed, toSources, toTry, type View } from "./place";
import { t } from "./words";

interface HeaderProps {
  title: ReactNode;
  back?: [label: string, to: string];
  children?: ReactNode;
}

export function Header({ title, back, children }: HeaderProps) {
  return (
    <header className="page-header">
      <div className="titles">
        {back && (
          <Link className="trail" to={back[1]}>
            <ChevronLeft size={14} aria-hidden="true" />
            {back[0]}
          </Link>
        )}
        <h1 dir="auto">{title}</h1>
      </div>
      {children}
    </header>
  );
}

export function Tabs({ view }: { view: View }) {
  const tabs = [
    { name: "sources", label: t("Sources"), to: toSources() },
    { name: "reviewed", label: t("Reviewed answers"), to: toReviewed() },
    { name: "collections", label: t("Collections"), to: toCollections() },
    { name: "try", label: t("Try a question"), to: toTry() },
  ];
  return <Row label={t("Parts of knowledge")} tabs={tabs} current={view} />;
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  text: string;
  children?: ReactNode;
}

export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="state">
      <div className="state-icon">
        <Icon size={24} aria-hidden="true" />
      </div>
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <div className="state-actions">{children}</div>}
    </div>
  );
}

export function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <div className="state error" role="alert">
      <div className="state-icon">
        <CircleAlert size={24} aria-hidden="true" />
      </div>
      <h2>{t("This could not be loaded")}</h2>
      <p>{t("Flyt did not answer. Check the connection and try again.")}</p>
      <div className="state-actions">
        <button type="button" className="button" onClick={onRetry}>
          <RotateCw size={16} aria-hidden="true" />
          {t("Try again")}
        </button>
      </div>
    </div>
  );
}

export function Missing({ title, to, back }: { title: string; to: string; back: string }) {
  return (
    <div className="state">
      <h2>{title}</h2>
      <p>{t("It was deleted, or it belongs to another workspace of yours.")}</p>
      <div className="state-actions">
        <Link className="button" to={to}>
          {back}
        </Link>
      </div>
    </div>
  );
}

export function Late() {
  return (
    <p className="notice amber knowledge-late" role="status">
      {t("This is not up to date, because Flyt does not answer. Trying again…")}
    </p>
  );
}

export function Waiting({ rows = 4 }: { rows?: number }) {
  return (
    <div className="table-wrap skeleton-rows" role="status">
      <span className="visually-hidden">{t("Loading")}</span>
      {["62%", "48%", "72%", "55%"].slice(0, rows).map((width) => (
        <div key={width} className="skeleton-row">
          <span className="skeleton" style={{ width }} />
          <span className="skeleton" style={{ width: "70%" }} />
          <span className="skeleton" style={{ width: "55%" }} />
          <span className="skeleton" style={{ width: "80%" }} />
        </div>
      ))}
    </div>
  );
}

interface FieldProps {
  label: string;
  help?: string;
  error?: string;
  optional?: boolean;
  children: (control: { id: string; className: string; "aria-describedby": string; "aria-invalid": boolean }) => ReactNode;
}

/** Label above, control, help below, error in its place. */
export function Field({ label, help, error, optional, children }: FieldProps) {
  const id = useId();
  const described = help ? `${id}-help ${id}-error` : `${id}-error`;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional && <span className="optional"> {t("(optional)")}</span>}
      </label>
      {children({ id, className: "input", "aria-describedby": described, "aria-invalid": Boolean(error) })}
      {help && (
        <p className="help" id={`${id}-help`}>
          {help}
        </p>
      )}
      <p className="field-error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </div>
  );
}

/** What was refused, above the form that it is about. */
export function Problem({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p className="form-error" role="alert">
      <CircleAlert size={16} aria-hidden="true" />
      <span>{text}</span>
    </p>
  );
}

interface ChoiceProps {
  label: string;
  options: [value: string, label: string][];
  value: string;
  onChange: (value: string) => void;
}

/** One of a few, side by side. */
export function Segments({ label, options, value, onChange }: ChoiceProps) {
  const name = useId();
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {options.map(([each, said]) => (
        <label key={each} className="segment">
          <input type="radio" name={name} checked={value === each} onChange={() => onChange(each)} />
          <span>{said}</span>
        </label>
      ))}
    </div>
  );
}
