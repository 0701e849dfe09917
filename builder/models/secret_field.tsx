/** A key: typed once, never shown again, only replaced. */

import { KeyRound } from "lucide-react";

import { TextField } from "./fields";
import type { PresetField } from "./wire";
import { t } from "./words";

interface Props {
  field: PresetField;
  kept: boolean;
  /** Null leaves the one that is kept. */
  value: string | null;
  error?: string;
  onChange: (value: string | null) => void;
}

export function SecretField({ field, kept, value, error, onChange }: Props) {
  if (kept && value === null) {
    return (
      <div className="field" role="group" aria-label={field.label}>
        <span className="models-label">{field.label}</span>
        <div className="row-2">
          <span className="models-kept">
            <KeyRound size={16} aria-hidden="true" />
            {t("A key is kept. It is never shown again.")}
          </span>
          <button type="button" className="button" onClick={() => onChange("")}>
            {t("Replace the key")}
          </button>
        </div>
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
    );
  }
  return (
    <div className="stack-2">
      <TextField type="password" label={field.label} help={field.help} optional={!field.required} error={error} value={value ?? ""} onChange={onChange} />
      {kept && (
        <div className="row-2">
          <button type="button" className="button" onClick={() => onChange(null)}>
            {t("Keep the old key")}
          </button>
          {!field.required && <span className="help">{t("Left empty, the key is removed.")}</span>}
        </div>
      )}
    </div>
  );
}
