/** Has all that is known of a visitor forgotten, once somebody has said so twice. */

import { useState } from "react";

import { Dialog } from "$/public/external/builder/design/sources/dialog.tsx";

import type { Facts } from "./facts";
import { t } from "./words";

export function ForgetAll({ facts, name }: { facts: Facts; name: string }) {
  const [asks, setAsks] = useState(false);
  const close = () => setAsks(false);
  return (
    <>
      <button type="button" className="button quiet known-all" onClick={() => setAsks(true)}>
        {t("Forget all we know of them")}
      </button>
      <Dialog open={asks} title={t("Forget all we know of {name}?", { name })} closeLabel={t("Close")} onClose={close}>
        <Sure facts={facts} onClose={close} />
      </Dialog>
    </>
  );
}

function Sure({ facts, onClose }: { facts: Facts; onClose: () => void }) {
  const [doing, setDoing] = useState(false);
  const [why, setWhy] = useState("");
  const forget = async () => {
    setDoing(true);
    const refused = await facts.forgetAll();
    if (!refused) return onClose();
    setWhy(refused);
    setDoing(false);
  };
  return (
    <div className="stack-4">
      <p>
        {t("Facts, whom they belong with and promises go for good, with what stood before them. What was said up to now is not read again. The conversations stay as they are.")}
      </p>
      {why && (
        <p className="field-error" role="alert">
          {why}
        </p>
      )}
      <div className="form-actions">
        <button type="button" className="button" onClick={onClose}>
          {t("Cancel")}
        </button>
        <button type="button" className="button danger" disabled={doing} onClick={() => void forget()}>
          {t("Forget all")}
        </button>
      </div>
    </div>
  );
}
