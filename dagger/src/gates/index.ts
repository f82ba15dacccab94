import type { GateName } from "../report/schema.ts";
import { codeQuality } from "./code-quality.ts";
import { dependencies } from "./dependencies.ts";
import { dockerfiles } from "./dockerfiles.ts";
import type { Gate } from "./gate.ts";
import { imageScan } from "./image-scan.ts";
import { images } from "./images.ts";
import { infrastructure } from "./infrastructure.ts";
import { licences } from "./licences.ts";
import { sbom } from "./sbom.ts";
import { secrets } from "./secrets.ts";
import { staticAnalysis } from "./static-analysis.ts";
import { unitTests } from "./unit-tests.ts";

/** Every gate, by name; the compiler misses one that is not here. */
export const gates: Readonly<Record<GateName, Gate>> = {
  secrets,
  "static-analysis": staticAnalysis,
  "unit-tests": unitTests,
  dependencies,
  "code-quality": codeQuality,
  infrastructure,
  images,
  "image-scan": imageScan,
  sbom,
  dockerfiles,
  licences,
};
