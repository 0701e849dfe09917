/** How sure something is, as a bar, with a mark at how sure it must be. */

import type { CSSProperties } from "react";
import { t } from "../words.ts";
import { percent } from "./findings.ts";

type Props = {
  score: number;
  threshold?: number;
  enough?: boolean;
  told?: boolean; // whether both figures stand below it
};

export function Sureness({ score, threshold, enough = score >= (threshold ?? 0), told = false }: Props) {
  const style = { "--score": share(score), "--threshold": share(threshold ?? 0) } as CSSProperties;
  return (
    <>
      <div className="sureness" data-enough={enough} style={style} aria-hidden="true">
        <span className="sureness-fill" />
        {threshold !== undefined && <span className="sureness-mark" />}
      </div>
      {told && threshold !== undefined && (
        <p className="sureness-told">
          <span>{t("{score} sure", { score: percent(score) })}</span>
          <span>{t("{threshold} is needed", { threshold: percent(threshold) })}</span>
        </p>
      )}
    </>
  );
}

const share = (figure: number) => `${Math.round(100 * Math.min(1, Math.max(0, figure)))}%`;
