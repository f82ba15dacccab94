import { clockTime } from "./format.ts";
import { definitionName, lastPart, numberOf, recordOf, textIn, textOf, type Entry } from "./detail.ts";

export interface Line {
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
}

const plain = (text: string): Line => ({ text, tone: "plain" });
const good = (text: string): Line => ({ text, tone: "good" });
const bad = (text: string): Line => ({ text, tone: "bad" });

const deploymentLine = ({ detail }: Entry): Line => {
  const [id, status, code] = [textOf(detail, "deployment"), textOf(detail, "status"), textIn(detail, "code")];
  if (status === "Created") return plain(`Deployment ${id} of ${textOf(detail, "application")} with ${textOf(detail, "config").replace(/^CodeDeployDefault\./, "")}`);
  return status === "Succeeded" ? good(`Deployment ${id} has succeeded`) : bad(`Deployment ${id}: ${status}${code === undefined ? "" : `, ${code}`}`);
};

const lifecycleLine = ({ detail }: Entry): Line | undefined => {
  const [event, status] = [textOf(detail, "event"), textOf(detail, "status")];
  if (status === "Failed") return bad(`${event} failed. ${textOf(detail, "diagnostics")}`);
  return status === "Succeeded" ? plain(`${event} is done`) : undefined;
};

const taskStopped = ({ detail }: Entry): Line => {
  const code = textOf(detail, "code");
  const text = `Task ${lastPart(textOf(detail, "task")).slice(0, 8)} has stopped: ${textOf(detail, "reason")}`;
  return code === "ServiceSchedulerInitiated" || code === "UserInitiated" ? plain(text) : bad(text);
};

const containerLine = ({ detail }: Entry): Line | undefined => {
  const code = detail["exitCode"];
  if (textOf(detail, "status") !== "STOPPED" || code === 0 || code === null || code === undefined) return undefined;
  return bad(`Container ${textOf(detail, "container")} has ended with ${String(numberOf(detail, "exitCode"))}`);
};

const targetLine = ({ detail }: Entry): Line | undefined => {
  const text = `${textOf(detail, "target")} in ${textOf(detail, "targetGroup")} is ${textOf(detail, "state")}`;
  if (textOf(detail, "state") === "unhealthy") return bad(`${text}. ${textOf(detail, "description")}`);
  return textOf(detail, "state") === "healthy" ? plain(text) : undefined;
};

/** What is worth a line for a person; all else says nothing. */
const lines: Readonly<Record<string, (entry: Entry) => Line | undefined>> = {
  "codedeploy deployment": deploymentLine,
  "codedeploy lifecycle-event": lifecycleLine,
  "codedeploy traffic-shifted": ({ detail }) => plain(`${String(numberOf(detail, "candidatePercent"))} % of the traffic is on the candidate`),
  "codedeploy rollback": ({ detail }) => bad(`Deployment ${textOf(detail, "deployment")} is rolled back by ${textOf(detail, "rollback")}`),
  "codedeploy waiting": ({ detail }) => plain(textOf(detail, "stage") === "ReadyWait" ? `Waits for somebody to continue, until ${clockTime(Date.parse(textOf(detail, "until")))}` : `The old tasks stay until ${clockTime(Date.parse(textOf(detail, "until")))}`),
  "codedeploy hook-started": ({ detail }) => plain(`Hook ${textOf(detail, "function")} runs for ${textOf(detail, "event")}`),
  "codedeploy hook-ended": ({ detail }) => (textOf(detail, "answer") === "Failed" ? bad(`Hook ${textOf(detail, "function")} answered Failed. ${textOf(detail, "diagnostics")}`) : plain(`Hook ${textOf(detail, "function")} has ended`)),
  "cloudwatch alarm-state": ({ detail }) => {
    const text = `Alarm ${textOf(detail, "alarm")}: ${textOf(detail, "from")} → ${textOf(detail, "to")}`;
    return textOf(detail, "to") === "ALARM" ? bad(text) : plain(text);
  },
  "ecs service-created": ({ detail }) => plain(`Service ${lastPart(textOf(detail, "service"))} is there, with ${String(numberOf(detail, "desired"))} tasks wanted`),
  "ecs task-set-created": ({ detail }) => plain(`A task set of ${definitionName(textOf(detail, "taskDefinition"))} is started`),
  "ecs task-set-stability": ({ detail }) => (textOf(detail, "stability") === "STEADY_STATE" ? plain(`A task set is steady, with ${String(numberOf(detail, "running"))} of ${String(numberOf(detail, "desired"))} tasks`) : undefined),
  "ecs task-stopped": taskStopped,
  "ecs container": containerLine,
  "load-balancer target-health": targetLine,
  "load-balancer not-listening": ({ detail }) => bad(`A listener cannot listen: ${textOf(detail, "error")}`),
  "operator fault-injected": ({ detail }) => bad(`Fault injected: ${faultText(recordOf(detail, "fault"))}`),
  "operator fault-removed": () => plain("A fault is taken back"),
  "caller denied": ({ detail }) => bad(`Denied: ${textOf(detail, "message") || textOf(detail, "action")}`),
  "rehearsal defect": ({ detail }) => bad(`The rehearsal itself failed: ${textOf(detail, "stack").split("\n")[0] ?? ""}`),
  "rehearsal taken-up": () => plain("The rehearsal was started again, and goes on where it was"),
  "rehearsal world-made": () => plain("The world was made from Terraform"),
  "ecr image-pushed": ({ detail }) => plain(`Image ${textOf(detail, "repository")} ${textOf(detail, "tag")} was pushed`),
};

export function lineOf(entry: Entry): Line | undefined {
  return lines[`${entry.actor.startsWith("caller:") ? "caller" : entry.actor} ${entry.what}`]?.(entry);
}

/** A fault in words: `30 % of the candidate’s answers get 500, from 10 % of the traffic on`. */
export function faultText(fault: Readonly<Record<string, unknown>>): string {
  const of = (name: string): string => {
    const value = fault[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const share = `${String(Math.round(Number(fault["share"] ?? 1) * 100))} % of`;
  const scope = fault["service"] === undefined ? "" : ` of ${of("service")}${fault["operation"] === undefined ? "" : ` ${of("operation")}`}`;
  const kinds: Readonly<Record<string, string>> = {
    responses: `${share} the ${of("to")}’s answers ${[...(fault["status"] === undefined ? [] : [`get ${of("status")}`]), ...(fault["latencyMs"] === undefined ? [] : [`come ${of("latencyMs")} ms late`])].join(" and ")}`,
    unhealthy: `health checks of the ${of("to")} fail`,
    "container-exit": `container ${of("container")} of the ${of("to")} ends with ${of("exitCode")}`,
    throttle: `${share} API calls${scope} are throttled`,
    "api-error": `${share} API calls${scope} ${fault["how"] === "hang-up" ? "are cut off" : "get 500"}`,
    alarm: `alarm ${of("alarm")} fires`,
    "image-pull": `images named ${of("image")} cannot be pulled`,
    "secret-missing": `secrets named ${of("secret")} are missing`,
    "zone-loss": `zone ${of("zone")} is lost`,
  };
  return [kinds[of("kind")] ?? of("kind"), ...conditionsOf(fault["when"])].join(", ");
}

function conditionsOf(when: unknown): string[] {
  const given: Readonly<Record<string, unknown>> = typeof when === "object" && when !== null ? { ...when } : {};
  return [
    ...(typeof given["fromTrafficPercent"] === "number" ? [`from ${String(given["fromTrafficPercent"])} % of the traffic on`] : []),
    ...(typeof given["afterMs"] === "number" ? [`after ${String(given["afterMs"] / 1000)} s`] : []),
    ...(typeof given["times"] === "number" ? [`${String(given["times"])} ×`] : []),
  ];
}
