/** Problems that no field can show. */

import { TriangleAlert } from "lucide-react";
import type { Problem } from "../store.ts";

export function Notices({ problems }: { problems: readonly Problem[] }) {
  return problems.map((problem) => (
    <p key={`${problem.path} ${problem.message}`} className={problem.severity === "error" ? "panel-notice error" : "panel-notice"}>
      <TriangleAlert size={14} aria-hidden />
      <span>
        {problem.message} {problem.hint}
      </span>
    </p>
  ));
}
