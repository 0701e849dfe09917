/** Removes a provider with its key. One that is in use is kept: something else must do its work first. */

import { useState } from "react";
import { Link } from "react-router";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";

import { sentence } from "./reading";
import { send, type Provider } from "./wire";
import { listed, t, useName } from "./words";

interface Props {
  provider: Provider;
  onStay: () => void;
  onGone: () => void;
}

export function RemoveProvider({ provider, onStay, onGone }: Props) {
  const { name, used_for } = provider;
  return (
    <Dialog open title={t("Remove {name}", { name })} closeLabel={t("Close")} onClose={onStay}>
      {used_for.length ? (
        <div className="stack-4">
          <p>{t("It is used for {uses}. Choose another model there first, or pause it.", { uses: listed(used_for.map(useName)) })}</p>
          <div className="form-actions">
            <button type="button" className="button" onClick={onStay}>
              {t("Cancel")}
            </button>
            <Link className="button primary" to="?part=uses">
              {t("Models in use")}
            </Link>
          </div>
        </div>
      ) : (
        <Unused provider={provider} onStay={onStay} onGone={onGone} />
      )}
    </Dialog>
  );
}

function Unused({ provider, onStay, onGone }: Props) {
  const [problem, setProblem] = useState("");
  const [doing, setDoing] = useState(false);
  const remove = async () => {
    setDoing(true);
    setProblem("");
    try {
      await send("DELETE", `models/providers/${provider.id}`);
      onGone();
    } catch (error) {
      setProblem(sentence(error));
      setDoing(false);
    }
  };
  return (
    <div className="stack-4">
      <p>{provider.has_secret ? t("Its key is deleted and can't be brought back. To stop using it for a while, pause it instead.") : t("You can connect it again at any time.")}</p>
      {problem && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <div className="form-actions">
        <button type="button" className="button" onClick={onStay}>
          {t("Cancel")}
        </button>
        <button type="button" className="button danger" disabled={doing} onClick={() => void remove()}>
          {t("Remove")}
        </button>
      </div>
    </div>
  );
}
