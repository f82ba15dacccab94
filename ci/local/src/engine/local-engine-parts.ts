import type { Clock } from "../../../../dagger/src/clock.ts";
import type { HostSettings } from "../../../images/src/host-settings.ts";
import type { ContainerEngine } from "../container-engine/engine.ts";
import type { BuildRecords } from "./build-records.ts";
import type { HasImage, ProvideImage } from "./image-provider.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";
import type { StepCache } from "./step-cache.ts";

/** What LocalEngine is put together from, for one run. */
export interface LocalEngineParts {
  readonly containers: ContainerEngine;
  readonly snapshot: SourceSnapshot;
  readonly cache: StepCache;
  readonly provide: ProvideImage;
  readonly has: HasImage;
  readonly host: HostSettings;
  readonly clock: Clock;
  /** Unique for each call. */
  readonly newId: () => string;
  /** Where files for the container engine's command line may be put; removed with the run. */
  readonly runFolder: string;
  readonly records: BuildRecords;
  /** Beyond a step's own time, until it is stopped from outside; 30 s when absent. */
  readonly graceMs?: number;
}
