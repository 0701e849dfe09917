/** Policies, each a rule in somebody's own words and what is done where it applies. */

import { Plus, X } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";

import { Field, SelectField } from "./fields";
import { useRead } from "./reading";
import { ask, type Action, type Brand, type Page, type Policy } from "./wire";
import { t } from "./words";

interface Props {
  manages: boolean;
  policies: Policy[];
  errors: Record<string, string>;
  onChange: (policies: Policy[]) => void;
}

const ACTIONS: Action[] = ["refuse", "promise_never", "ask_first", "hand_over"];

export function Policies({ manages, policies, errors, onChange }: Props) {
  const brands = useBrands();
  const list = useRef<HTMLDivElement>(null);
  const fresh = useRef(false);
  useEffect(() => {
    if (!fresh.current) return;
    fresh.current = false;
    list.current?.querySelector<HTMLElement>("li:last-child textarea")?.focus();
  }, [policies.length]);

  const put = (id: string, part: Partial<Policy>) => onChange(policies.map((each) => (each.id === id ? { ...each, ...part } : each)));
  const add = (rule: string, action: Action) => {
    fresh.current = true;
    onChange([...policies, { id: name(), rule, action, brand: null }]);
  };
  if (!manages && policies.length === 0) return <p className="card padded">{t("There are no policies.")}</p>;
  return (
    <div className="card models-policies" ref={list}>
      {policies.length === 0 && <p className="models-none">{t("There is no policy yet. Begin with your own words, or with one of these:")}</p>}
      <ul>
        {policies.map((each, at) =>
          manages ? (
            <Row key={each.id} policy={each} brands={brands} number={at + 1} error={errors[`policies[${at}].rule`] ?? errors[`policies[${at}]`]} onChange={(part) => put(each.id, part)} onRemove={() => onChange(policies.filter(({ id }) => id !== each.id))} />
          ) : (
            <li key={each.id} className="models-policy read">
              <p className="models-words">{each.rule}</p>
              <p className="quiet-text">{[actionName(each.action), each.brand && brandName(each.brand, brands)].filter(Boolean).join(" · ")}</p>
            </li>
          ),
        )}
      </ul>
      {manages && (
        <div className="models-add row-2">
          <button type="button" className="button" onClick={() => add("", "refuse")}>
            <Plus size={16} aria-hidden="true" />
            {t("Add a policy")}
          </button>
          {policies.length === 0 &&
            examples().map(([rule, action]) => (
              <button key={rule} type="button" className="button quiet models-example" onClick={() => add(rule, action)}>
                {t("“{rule}”", { rule })}
              </button>
            ))}
        </div>
      )}
    </div>
  );
}

interface RowProps {
  policy: Policy;
  brands: readonly Brand[];
  number: number;
  error?: string;
  onChange: (part: Partial<Policy>) => void;
  onRemove: () => void;
}

function Row({ policy, brands, number, error, onChange, onRemove }: RowProps) {
  const choices = policy.brand && !brands.some(({ id }) => id === policy.brand) ? [...brands, { id: policy.brand, name: brandName(policy.brand, brands) }] : brands;
  return (
    <li className="models-policy">
      <Field label={t("Rule {number}", { number })} error={error}>
        {(described) => <textarea {...described} className="input" rows={2} dir="auto" value={policy.rule} placeholder={hint(policy.action)} onChange={(event) => onChange({ rule: event.target.value })} />}
      </Field>
      <div className="stack-4">
        <SelectField label={t("What to do")} help={explained(policy.action)} value={policy.action} options={ACTIONS.map((each): [string, string] => [each, actionName(each)])} onChange={(action) => onChange({ action: action as Action })} />
        {choices.length > 0 && <SelectField label={t("Where")} value={policy.brand ?? ""} options={[["", t("In every chat")], ...choices.map(({ id, name }): [string, string] => [id, t("In chats of {brand}", { brand: name })])]} onChange={(brand) => onChange({ brand: brand || null })} />}
      </div>
      <button type="button" className="button quiet icon" aria-label={t("Remove rule {number}", { number })} onClick={onRemove}>
        <X size={16} aria-hidden="true" />
      </button>
    </li>
  );
}

function useBrands(): readonly Brand[] {
  const read = useCallback((signal: AbortSignal) => ask<Page<Brand>>("brands", { limit: 100 }, signal), []);
  return useRead(read).value?.items ?? [];
}

function brandName(brand: string, brands: readonly Brand[]): string {
  return brands.find(({ id }) => id === brand)?.name ?? t("a brand that is gone");
}

function actionName(action: Action): string {
  return {
    refuse: t("Refuse"),
    promise_never: t("Never promise"),
    ask_first: t("Ask first"),
    hand_over: t("Hand over to a person"),
  }[action];
}

function explained(action: Action): string {
  return {
    refuse: t("The bot says politely that it can't help with this."),
    promise_never: t("The bot may talk about it, but never promises it."),
    ask_first: t("The bot asks the visitor for it before it answers."),
    hand_over: t("A person takes over at once."),
  }[action];
}

function hint(action: Action): string {
  return {
    refuse: t("Medical or legal advice"),
    promise_never: t("A day of delivery"),
    ask_first: t("Which of our shops is meant"),
    hand_over: t("Complaints about a person"),
  }[action];
}

function examples(): [string, Action][] {
  return ACTIONS.map((action) => [hint(action), action]);
}

/** Tells one policy from another; `crypto.randomUUID` needs https. */
function name(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
