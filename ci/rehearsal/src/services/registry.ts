import type { Service } from "./service.ts";

/** Each service by the scope that its calls are signed for; loaded when it is first asked for. */
export const services: Readonly<Record<string, { readonly folder: string; readonly load: () => Promise<Service> }>> = {
  codedeploy: { folder: "codedeploy", load: async () => (await import("./codedeploy/service.ts")).codedeploy },
  ecr: { folder: "ecr", load: async () => (await import("./ecr/service.ts")).ecr },
  ecs: { folder: "ecs", load: async () => (await import("./ecs/service.ts")).ecs },
  elasticloadbalancing: { folder: "elbv2", load: async () => (await import("./elbv2/service.ts")).elbv2 },
  logs: { folder: "logs", load: async () => (await import("./logs/service.ts")).logs },
  monitoring: { folder: "cloudwatch", load: async () => (await import("./cloudwatch/service.ts")).cloudwatch },
  secretsmanager: { folder: "secretsmanager", load: async () => (await import("./secretsmanager/service.ts")).secretsmanager },
  ssm: { folder: "ssm", load: async () => (await import("./ssm/service.ts")).ssm },
  sts: { folder: "sts", load: async () => (await import("./sts/service.ts")).sts },
};
