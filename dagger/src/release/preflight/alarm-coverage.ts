import { isInAlarm, parseCompositeRule } from "../composite-rule.ts";
import type { HaveAlarm, HaveTargetGroup } from "../have.ts";
import { isBad, valueIn, type Scene } from "./alarm-scenes.ts";
import { NotJudged } from "./metric-math.ts";

export const isBalancers = (namespace: string): boolean => namespace === "AWS/ApplicationELB" || namespace === "AWS/NetworkELB";

/** How deep composite alarms of composite alarms are followed. */
const deepest = 4;
/** Requests in a period: so many that a threshold which they do not reach is out of reach. */
const many = 1_000_000;

/** Undefined where it cannot be told. Throws nothing. */
export function isFiring(alarm: HaveAlarm, scene: Scene, all: readonly HaveAlarm[], depth = 0): boolean | undefined {
  if (!alarm.composite) return judged(() => isBad(alarm, valueIn(alarm, scene)));
  const rule = parseCompositeRule(alarm.rule ?? "");
  if (rule === undefined || depth > deepest) return false;
  const fires = (name: string): boolean | undefined => {
    const child = all.find((one) => one.name === name);
    return child === undefined ? false : isFiring(child, scene, all, depth + 1);
  };
  const [least, most] = [isInAlarm(rule, (name) => fires(name) === true), isInAlarm(rule, (name) => fires(name) !== false)];
  return least === most ? least : undefined;
}

function judged<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof NotJudged) return undefined;
    throw error;
  }
}

export const sceneOf = ({ arnSuffix }: HaveTargetGroup, more: Partial<Scene> = {}): Scene => ({ group: arnSuffix, errors: 0, refused: 0, othersHaveRequests: false, requests: many, ...more });

export type AlarmCoverage = "errors" | "refused" | "sometimes" | "unknown" | "blind";

/** Whether the alarm fires when that target group alone has errors, be the other idle or not, and would not without them. */
export function coverageOf(alarm: HaveAlarm, group: HaveTargetGroup, all: readonly HaveAlarm[]): AlarmCoverage {
  const tells = (bad: Partial<Scene>): (boolean | undefined)[] =>
    [false, true].map((othersHaveRequests) => {
      const [sick, well] = [isFiring(alarm, sceneOf(group, { ...bad, othersHaveRequests }), all), isFiring(alarm, sceneOf(group, { othersHaveRequests }), all)];
      return sick === undefined || well === undefined ? undefined : sick && !well;
    });
  const errors = tells({ errors: 1 });
  if (errors.every((one) => one === true)) return "errors";
  if (errors.includes(true)) return "sometimes";
  if (errors.includes(undefined)) return "unknown";
  return tells({ refused: 1 }).every((one) => one === true) ? "refused" : "blind";
}

export const watches = (alarm: HaveAlarm, group: HaveTargetGroup, all: readonly HaveAlarm[]): boolean => ["errors", "refused"].includes(coverageOf(alarm, group, all));

/** Sentences' second half: what keeps a blind alarm from firing. */
export function whyBlind(alarm: HaveAlarm, group: HaveTargetGroup): string {
  if (alarm.composite) return `${alarm.name} is not in ALARM by its rule then`;
  const values = [false, true].map((othersHaveRequests) => judged(() => valueIn(alarm, sceneOf(group, { errors: 1, othersHaveRequests }))));
  const value = values.find((one) => one !== undefined);
  if (value === undefined) return `${alarm.name} has no value then, because a load balancer publishes nothing where there is no error or no request`;
  const shown = Math.abs(value) >= 10_000 ? "however many there are" : `its value is ${String(Math.round(value * 100) / 100)} when every answer is an error`;
  return `${alarm.name} does not fire, ${shown} (${alarm.comparison} ${String(alarm.threshold)})`;
}
