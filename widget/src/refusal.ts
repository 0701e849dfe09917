/** What went wrong with a call. The class itself is the stage's: two files would need a third. */

import type { Refused } from "./api.ts";

/** The server's no; null where no answer came at all. */
export const refusal = (error: unknown): Refused | null => ((error as Refused).status ? (error as Refused) : null);
