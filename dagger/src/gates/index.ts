import type { GateName } from "../report/schema.ts";
import type { Gate } from "./gate.ts";
import { images } from "./images.ts";
import { secrets } from "./secrets.ts";
import { staticAnalysis } from "./static-analysis.ts";

/** Every gate, by name; the compiler misses one that is not here. */
export const gates: Readonly<Record<GateName, Gate>> = {
  secrets,
  "static-analysis": staticAnalysis,
  images,
};
