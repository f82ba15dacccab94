import type { PreflightFinding } from "../../report/release-schema.ts";
import type { Have, HaveAlarm, HaveGroup } from "../have.ts";
import { isFiring, sceneOf, watches } from "./alarm-coverage.ts";
import type { Scene } from "./alarm-scenes.ts";
import { no, warning } from "./check.ts";

/** Whether an alarm that sees errors tells them from none, early, and in time. */
export const limits = (attached: readonly HaveAlarm[], have: Have): readonly PreflightFinding[] => [...attached.flatMap((alarm) => [...always(alarm, have), ...threshold(alarm, have)]), ...windows(attached, have)];

function always(alarm: HaveAlarm, { targetGroups, alarms }: Have): readonly PreflightFinding[] {
  const scenes = targetGroups.flatMap((group) => [1, 1_000_000].map((requests) => sceneOf(group, { requests })));
  if (scenes.length === 0 || !scenes.every((scene) => isFiring(alarm, scene, alarms) === true)) return [];
  return [no("alarm-always-fires", `The alarm ${alarm.name} fires while there is no error: ${alarm.composite ? "its rule" : `its comparison (${alarm.comparison} ${String(alarm.threshold)})`} takes that for bad, so that it stops every deployment.`, "Have it compare by GreaterThanThreshold, with what errors you can bear.")];
}

/** How little it has to be that an alarm still fires by. */
const slight: readonly [Partial<Scene>, string][] = [
  [{ errors: 0.5 }, "half of the new version's answers are errors"],
  [{ errors: 1, requests: 1000 }, "all of 1000 answers in one of its periods are errors"],
];

function threshold(alarm: HaveAlarm, { targetGroups, alarms }: Have): readonly PreflightFinding[] {
  const [group] = targetGroups.filter((one) => watches(alarm, one, alarms));
  if (group === undefined || isFiring(alarm, sceneOf(group, { errors: 1 }), alarms) !== true) return [];
  const missed = slight.find(([bad]) => isFiring(alarm, sceneOf(group, bad), alarms) !== true);
  return missed === undefined ? [] : [warning("alarm-threshold", `The alarm ${alarm.name} does not fire when ${missed[1]}${alarm.composite ? "" : ` (${alarm.comparison} ${String(alarm.threshold)})`}.`, "Lower its threshold, unless that is what you can bear.")];
}

/** Minutes that CodeDeploy's own configurations take from the first requests to all; undefined for others. */
export function shiftMinutes(configuration: string): number | undefined {
  const [, kind, minutes] = /^CodeDeployDefault\.ECS(?:(Linear|Canary)10Percent(?:Every)?(\d+)Minutes|AllAtOnce)$/.exec(configuration) ?? [];
  if (configuration === "CodeDeployDefault.ECSAllAtOnce") return 0;
  return kind === undefined ? undefined : Number(minutes) * (kind === "Linear" ? 9 : 1);
}

/** Shift of a configuration that is not known, minutes: longer ones are rare. */
const supposed = 30;
/** An alarm that takes no longer than this to fire is not slow, however short the deployment is; minutes. */
const quick = 5;

/** An alarm counts while the deployment runs, which is until the old tasks end. */
function windows(attached: readonly HaveAlarm[], have: Have): readonly PreflightFinding[] {
  const { group, targetGroups, alarms } = have;
  if (group === undefined) return [];
  const [shift, watched] = [shiftMinutes(group.deploymentConfigName), watchedMinutes(group)];
  const fast = attached.filter((alarm) => minutesOf(alarm) <= Math.max(watched, quick));
  const others = targetGroups.every((one) => fast.some((alarm) => watches(alarm, one, alarms)));
  return attached.flatMap((alarm) => {
    const minutes = minutesOf(alarm);
    const next = "Give it a shorter period, or fewer of them: 2 of 60 s, say.";
    if (minutes > Math.max(watched, quick)) {
      const say = others || shift === undefined || !targetGroups.some((one) => watches(alarm, one, alarms)) ? warning : no;
      return [say("alarm-too-slow", `The alarm ${alarm.name} needs ${String(minutes)} minutes of errors to fire, and a deployment is over ${String(watched)} minutes after its first requests: it stops nothing in time.`, next)];
    }
    return shift !== undefined && shift > 0 && minutes > Math.max(shift, quick) ? [warning("alarm-slow", `The alarm ${alarm.name} needs ${String(minutes)} minutes of errors to fire: by then all users have the new version, ${String(shift)} minutes after the first.`, next)] : [];
  });
}

const watchedMinutes = ({ deploymentConfigName, terminationWaitMinutes }: HaveGroup): number => (shiftMinutes(deploymentConfigName) ?? supposed) + terminationWaitMinutes;

/** Nothing of a composite alarm, whose children are judged where they are attached. */
const minutesOf = ({ periodSeconds, datapointsToAlarm }: HaveAlarm): number => Math.ceil((periodSeconds * datapointsToAlarm) / 60);
