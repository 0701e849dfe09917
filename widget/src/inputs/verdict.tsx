/** How it was, asked once when a conversation has ended. */

import { useState } from "preact/hooks";
import { useSetting } from "../surroundings.ts";
import { Marks } from "./rating.tsx";

const BEST = 10; // of the server's scale; five stars

export function Verdict() {
  const { conversation, words } = useSetting();
  const [state, setState] = useState<"asked" | "failed" | "given">("asked");
  const rate = async (stars: number) => {
    try {
      await conversation.api.rate((stars * BEST) / 5);
      conversation.memory.set("rated", true);
      setState("given");
    } catch {
      setState("failed");
    }
  };
  if (state === "given") return <p class="verdict" role="status" tabIndex={-1} ref={(thanks) => thanks?.focus()}>{words.thanks}</p>;
  return (
    <div class="verdict">
      <p>{words.judge}</p>
      <Marks input={null} answer={(stars) => void rate(stars)} />
      {state === "failed" && <p class="bad" role="alert">{words.failed}</p>}
    </div>
  );
}
