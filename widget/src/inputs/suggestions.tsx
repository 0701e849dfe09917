/** What the bot knows that begins as the visitor has; one press says it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useSetting } from "../surroundings.ts";

const PAUSE = 200; // milliseconds of silence before the server is asked
const LONGEST = 40; // characters; whoever has written more says something of their own

export function Suggestions({ typed, choose }: { typed: string; choose: (words: string) => void }) {
  const { conversation, words } = useSetting();
  const [found, setFound] = useState<readonly string[]>([]);
  const nothing = useRef(""); // nothing begins like this, so nothing that goes on from it does

  useEffect(() => {
    setFound([]);
    if (typed.length > LONGEST || (nothing.current && typed.startsWith(nothing.current))) return;
    let current = true;
    const ask = async () => {
      const { suggestions } = await conversation.api.suggest(typed);
      if (!suggestions.length) nothing.current = typed;
      if (current) setFound(suggestions);
    };
    const timer = setTimeout(() => ask().catch(() => undefined), PAUSE); // a help, no more
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [typed]);

  if (!found.length) return null;
  return (
    <div class="suggestions" role="group" aria-label={words.suggestions}>
      {found.map((each) => (
        <button type="button" class="pill" dir="auto" key={each} onClick={() => choose(each)}>{each}</button>
      ))}
    </div>
  );
}
