import type { Environment } from "../../settings/resolve.ts";
import { probeName } from "../probe-hook/probe-hook.ts";

export const groupNames = ["balancer", "tasks", "probe", "database", "monitoring", "endpoints"] as const;
export type GroupName = (typeof groupNames)[number];

/** What is not ours: a name for it, and where it is. */
export interface Outside {
  readonly name: string;
  readonly ranges?: readonly string[];
  readonly prefixListId?: string;
}

export type Party = GroupName | Outside;

/** Who may open connections to whom, on which TCP port, and what for. */
export type Flow = readonly [from: Party, to: Party, port: number, why: string];

/** Port of the test listener; users never reach it. */
export const testPort = 8080;
/** Where PostgreSQL listens. */
export const databasePort = 5432;
/** Where the backend listens, and tells its metrics; as in the template of the task definition. */
export const metricsPort = 3001;

export interface FlowProps {
  readonly environment: Environment;
  /** Where the probe comes from, seen by a load balancer on the internet. */
  readonly probeAddresses: readonly string[];
  /** Undefined where tasks have a way to the internet. */
  readonly s3PrefixListId: string | undefined;
}

/** Its host takes its images from the internet, through a private subnet. */
export const hasMonitoring = ({ monitoring, egress, network }: Environment): boolean => monitoring && egress !== "endpoints" && network.defaultVpc !== true;

const internet: Outside = { name: "internet", ranges: ["0.0.0.0/0"] };

/** Everything that may be connected to anything. What is not here is refused. */
export function flowsOf({ environment, probeAddresses, s3PrefixListId }: FlowProps): readonly Flow[] {
  const { application, certificateArn, database, egress, network } = environment;
  const servicePort = application.release.port;
  const [hasProbe, isMonitored] = [probeName(environment) !== undefined, hasMonitoring(environment)];
  const hasEndpoints = egress === "endpoints" && network.defaultVpc !== true;
  const probeSeen: Outside = { name: "probe", ranges: probeAddresses.map((address) => `${address}/32`) };
  const testers: Outside = { name: "testers", ranges: network.testListenerFrom };
  const s3: Outside = { name: "s3", ...(s3PrefixListId === undefined ? {} : { prefixListId: s3PrefixListId }) };
  const when = (condition: boolean, ...flows: readonly Flow[]): readonly Flow[] => (condition ? flows : []);
  return [
    //  from         to           port          what for
    [internet, "balancer", 80, certificateArn === undefined ? "Users" : "Users, who are sent on to 443"],
    ...when(certificateArn !== undefined, [internet, "balancer", 443, "Users"]),
    [testers, "balancer", testPort, "People who look at a version before users see it"],
    ...when(hasProbe, [probeSeen, "balancer", testPort, "The probe looks at a version before users see it"]),
    ["balancer", "tasks", servicePort, "Requests and health checks, to the proxy only"],
    ...when(database === "external", ["tasks", "database", databasePort, "Queries"]),
    ...when(isMonitored, ["monitoring", "tasks", metricsPort, "Metrics of the backend"]),
    ...when(hasProbe, ["probe", internet, testPort, "The test listener, which is reached by its public address"], ["probe", internet, 443, "CodeDeploy, which is told the result"]),
    ...when(hasEndpoints, ["tasks", "endpoints", 443, "Images, secrets, logs and ECS Exec"], ["tasks", s3, 443, "Layers of images"]),
    ...when(!hasEndpoints, ["tasks", internet, 443, "Images, secrets, logs and ECS Exec"]),
    ...when(isMonitored, ["monitoring", internet, 443, "Session Manager, images, and where alerts go"]),
  ];
}
