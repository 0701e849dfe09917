/** The address may name a message (`&seq=12`): it is brought into sight, however far back it is. */

import { useEffect, type RefObject } from "react";
import { useSearchParams } from "react-router";

import type { Followed } from "./follow";

const SHOWN = 2_400; // milliseconds that it is marked

export function useJump(box: RefObject<HTMLElement | null>, { conversation, messages, more, loadingMore, earlier }: Followed) {
  const [address, setAddress] = useSearchParams();
  const wanted = address.get("seq");
  const loaded = conversation !== null;
  const first = messages[0]?.seq ?? 0;

  useEffect(() => {
    if (!wanted || !loaded || loadingMore) return;
    if (more && first > Number(wanted)) {
      void earlier().catch(() => null);
      return;
    }
    // Once it is said, the address is the conversation's again; so the same link works twice.
    setAddress((now) => new URLSearchParams([...now].filter(([name]) => name !== "seq")), { replace: true });
    const said = box.current?.querySelector<HTMLElement>(`[data-seq="${CSS.escape(wanted)}"]`);
    if (!said) return;
    said.scrollIntoView({ block: "center" });
    said.classList.add("shown");
    window.setTimeout(() => said.classList.remove("shown"), SHOWN);
  }, [wanted, loaded, loadingMore, more, first]);
}
