import type { Course } from "./lifecycle.ts";
import type { DeploymentRecord } from "./state.ts";

export const courseOf = ({ settings }: Pick<DeploymentRecord, "settings">): Course => ({ hasTestListener: settings.testListenerArn !== undefined, waitsForReady: settings.ready.actionOnTimeout === "STOP_DEPLOYMENT" });
