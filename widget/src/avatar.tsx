/** The bot's picture, or the first letter of its name. */

import { useState } from "preact/hooks";
import { useSetting } from "./surroundings.ts";

export function Avatar({ size, name }: { size?: "big"; name?: string }) {
  const { look } = useSetting().host;
  const [broken, setBroken] = useState(false);
  const title = name || look.title;
  return (
    <span class={`avatar ${size ?? ""}`} aria-hidden="true">
      {look.avatar && !broken && !name ? (
        <img src={look.avatar} alt="" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
      ) : (
        [...title][0]?.toUpperCase()
      )}
    </span>
  );
}
