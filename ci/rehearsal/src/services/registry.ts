import type { Service } from "./service.ts";

interface ServiceEntry {
  readonly folder: string;
  readonly load: () => Promise<Service>;
}

/** Each service by the scope that its calls are signed for; loaded when it is first asked for. */
export const services: Readonly<Record<string, ServiceEntry>> = {
  codedeploy: entry("codedeploy", async () => (await import("./codedeploy/service.ts")).codedeploy),
  ecr: entry("ecr", async () => (await import("./ecr/service.ts")).ecr),
  ecs: entry("ecs", async () => (await import("./ecs/service.ts")).ecs),
  elasticloadbalancing: entry("elbv2", async () => (await import("./elbv2/service.ts")).elbv2),
  logs: entry("logs", async () => (await import("./logs/service.ts")).logs),
  monitoring: entry("cloudwatch", async () => (await import("./cloudwatch/service.ts")).cloudwatch),
  secretsmanager: entry("secretsmanager", async () => (await import("./secretsmanager/service.ts")).secretsmanager),
  ssm: entry("ssm", async () => (await import("./ssm/service.ts")).ssm),
  sts: entry("sts", async () => (await import("./sts/service.ts")).sts),
};

/** Undefined for one that the rehearsal has not. A caller may sign for any name, and every object has some of its own. */
export const serviceSignedAs = (scope: string): ServiceEntry | undefined => (Object.hasOwn(services, scope) ? services[scope] : undefined);

/** Loaded once: to ask for a module again costs as much as a tenth of a call. */
function entry(folder: string, load: () => Promise<Service>): ServiceEntry {
  let loaded: Promise<Service> | undefined;
  return { folder, load: async () => (loaded ??= load()) };
}
