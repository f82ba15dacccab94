import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have, HaveAlarm, HaveTargetGroup } from "../have.ts";
import { coverageOf, whyBlind, type AlarmCoverage } from "./alarm-coverage.ts";
import { no, ok, warning } from "./check.ts";

/** Best first: what one alarm does not see, another may. */
const best: readonly AlarmCoverage[] = ["errors", "refused", "sometimes", "unknown", "blind"];
const fill = "In metric math, write FILL(<errors>, 0) around each count of errors, and have each target group in an expression of its own, as in MAX([100 * FILL(blue_errors, 0) / blue_requests, 100 * FILL(green_errors, 0) / green_requests]).";

/** The two target groups change places with each release: the new version is behind either. */
export function watching(attached: readonly HaveAlarm[], have: Have): readonly PreflightFinding[] {
  if (have.targetGroups.length === 0 || attached.length === 0) return [];
  const by = Map.groupBy(have.targetGroups, (group) => best.find((one) => attached.some((alarm) => coverageOf(alarm, group, have.alarms) === one)) ?? "blind");
  const names = attached.map(({ name }) => name).join(", ");
  const watch = attached.length === 1 ? "watches" : "watch";
  const groupsOf = (...kinds: readonly AlarmCoverage[]): HaveTargetGroup[] => have.targetGroups.filter((group) => kinds.some((kind) => by.get(kind)?.includes(group)));
  const listed = (...kinds: readonly AlarmCoverage[]): string => groupsOf(...kinds).map(({ name }) => name).join(", ");
  const blind = by.get("blind") ?? [];
  return [
    ...(groupsOf("errors", "refused").length === have.targetGroups.length ? [ok("alarm-watches-both", `${names} ${watch} both target groups.`)] : []),
    ...blindFindings(blind, listed("errors", "refused", "sometimes", "unknown"), { attached, names, watch }),
    ...(by.has("sometimes") ? [warning("alarm-watches-sometimes", `${names} ${watch} ${listed("sometimes")} at times only: it has no value, or another one, while the other target group has no requests, or has some without errors.`, fill)] : []),
    ...(by.has("refused") ? [warning("alarm-errors-unwatched", `${names} ${watch} refused connections of ${listed("refused")} only: a version that answers with errors stops nothing.`, "Add an alarm on HTTPCode_Target_5XX_Count of both target groups.")] : []),
    ...(by.has("unknown") ? [warning("alarm-not-judged", `Whether ${names} ${watch} ${listed("unknown")} cannot be judged: it looks at metrics that are not a load balancer's, or at functions of metric math that are not known here.`, "See for yourself that it fires when a version answers with errors; an alarm on HTTPCode_Target_5XX_Count of both target groups beside it can be judged.")] : []),
  ];
}

interface Words {
  readonly attached: readonly HaveAlarm[];
  readonly names: string;
  readonly watch: string;
}

function blindFindings(blind: readonly HaveTargetGroup[], good: string, { attached, names, watch }: Words): readonly PreflightFinding[] {
  const [first] = blind;
  if (first === undefined) return [];
  const why = `${attached.map((alarm) => whyBlind(alarm, first)).join("; ")}.`;
  const next = why.includes("has no value then") ? fill : undefined;
  if (good !== "") {
    const unseen = blind.map(({ name }) => name).join(", ");
    return [no("alarm-watches-one-group", `${names} ${watch} ${good} only: errors of a version behind ${unseen} stop nothing, which is every second release. Because ${why}`, next ?? `Have an alarm look at ${unseen} too, by itself or in one expression with ${good}.`)];
  }
  return [no("alarm-watches-no-group", `${names} ${watch} neither target group: errors of the new version stop nothing. Because ${why}`, next ?? "Attach an alarm on HTTPCode_Target_5XX_Count of both target groups that fires above some errors.")];
}
