/** After the first answer: what the provider's models could be used for, in one press. */

import { Link } from "react-router";

import type { Draft } from "./draft";
import { first } from "./standing";
import type { Preset, Provider, SetupRead } from "./wire";
import { t } from "./words";

interface Props {
  preset: Preset;
  provider: Provider;
  /** The model that has just answered. */
  tested: string;
  setup: Draft<SetupRead>;
}

export function Suggestion({ preset, provider, tested, setup }: Props) {
  const { strong, cheap } = setup.value;
  const large = preset.models.length ? first(preset, "strong") : tested;
  const small = preset.models.length ? first(preset, "cheap") : tested;
  if ([...strong, ...cheap].some((each) => each.provider === provider.id)) {
    return (
      <p>
        {t("It is in use.")} <Link to="?part=uses">{t("See what for")}</Link>
      </p>
    );
  }
  const take = () => {
    setup.change({
      strong: [...strong, { provider: provider.id, model: large }],
      cheap: [...cheap, { provider: provider.id, model: small }],
    });
    void setup.save();
  };
  const none = strong.length + cheap.length === 0;
  const values = { large, small };
  return (
    <div className="notice models-suggestion">
      <p className="models-grow">
        {none
          ? t("Nothing uses it yet. Take {large} for answers and {small} for small tasks?", values)
          : t("Nothing uses it yet. It can step in with {large} and {small} where the others fail.", values)}
        {setup.state === "failed" && <span className="field-error" role="alert">{t("Not saved. {why}", { why: setup.why })}</span>}
      </p>
      <button type="button" className="button" disabled={setup.state === "saving"} onClick={take}>
        {none ? t("Use them") : t("Add to the end of both lists")}
      </button>
    </div>
  );
}
