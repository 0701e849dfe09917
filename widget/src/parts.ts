/** What most conversations never show, fetched when one does. */

import { useEffect, useState } from "preact/hooks";
import { useSetting } from "./surroundings.ts";

type Parts = typeof import("./inputs/index.ts");

export function useParts(wanted: boolean | undefined): Parts | null {
  const { shadow } = useSetting().host;
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    if (!wanted || parts) return;
    import("./inputs/index.ts")
      .then((made) => {
        made.dress(shadow);
        setParts(made);
      })
      .catch(() => undefined); // the text box takes every answer
  }, [wanted]);
  return wanted ? parts : null;
}
