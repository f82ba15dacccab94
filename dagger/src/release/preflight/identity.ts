import { no, ok, type Check } from "./check.ts";

/** Who asks, where. An ARN of another account or region means that the answers are about something else. */
export const identity: Check = {
  needs: [],
  look: ({ settings }, { account, region, caller, service }) => {
    const [, , , arnRegion, arnAccount] = service?.arn.split(":") ?? [];
    if (region !== settings.region) return [no("wrong-region", `gitops.json says ${settings.region}, and ${region} was asked.`, "Set release.region in gitops.json, or AWS_REGION, to the region of the service.")];
    if (arnRegion !== undefined && arnRegion !== region) return [no("wrong-region", `The service that answers is in ${arnRegion}, not in ${region}.`, "Set release.region in gitops.json to the region of the service.")];
    if (arnAccount !== undefined && arnAccount !== account) return [no("wrong-account", `The service is in account ${arnAccount}, and the caller in ${account}.`, "Use credentials of the service's account.")];
    return [ok("identity", `${caller} in ${region}, account ${account}.`)];
  },
};
