import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have } from "../have.ts";
import { ReleaseError } from "../release-error.ts";
import type { Want } from "../want.ts";
import { alarms } from "./alarms.ts";
import { isUnread, type Check } from "./check.ts";
import { activeDeployment, application, group } from "./group.ts";
import { identity } from "./identity.ts";
import { imageScans } from "./image-scans.ts";
import { imagesCheck } from "./images.ts";
import { listeners, targetGroups } from "./load-balancer.ts";
import { roles, secretsCheck } from "./roles-and-secrets.ts";
import { currentVersion, service, sidecarDatabase } from "./service.ts";
import { unreadFindings } from "./unread.ts";

/** In the order in which they are told. */
const checks: readonly Check[] = [identity, service, currentVersion, application, group, activeDeployment, listeners, targetGroups, alarms, imagesCheck, imageScans, roles, secretsCheck, sidecarDatabase];

/**
 * Everything that was found, all at once. `given` are findings that others have
 * made, about the task definition for instance. A check whose parts could not be
 * read is left out, and what could not be read is told instead.
 */
export function preflight(want: Want, have: Have, given: readonly PreflightFinding[] = []): readonly PreflightFinding[] {
  const found = checks.filter(({ needs }) => !needs.some((part) => isUnread(have, part))).flatMap((check) => check.look(want, have));
  return distinct([...found, ...given, ...unreadFindings(have)]);
}

/** Throws ReleaseError PREFLIGHT with every `no`. */
export function refuseUnready(findings: readonly PreflightFinding[]): void {
  const stops = findings.filter(({ level }) => level === "no");
  if (stops.length === 0) return;
  throw new ReleaseError(
    "PREFLIGHT",
    ["The release would fail, or could not be stopped if it were bad. Nothing was changed.", ...stops.map(({ what, next }) => `  ${what} ${next}`)].join("\n"),
    `\nMend ${stops.length === 1 ? "this" : "these"} and run again; \`preflight\` looks without releasing.`,
  );
}

const distinct = (findings: readonly PreflightFinding[]): readonly PreflightFinding[] => findings.filter((one, index) => findings.findIndex((other) => other.check === one.check && other.what === one.what) === index);
