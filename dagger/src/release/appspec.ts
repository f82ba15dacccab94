import { createHash } from "node:crypto";
import type { ReleaseSettings } from "./release-settings.ts";
import type { AppSpec } from "./want.ts";

export interface AppSpecInputs {
  /** With its revision. */
  readonly taskDefinitionArn: string;
  readonly container: string;
  readonly port: number;
  /** Lifecycle event -> Lambda function. */
  readonly hooks: ReleaseSettings["hooks"];
  /** ECS's LATEST when absent. */
  readonly platformVersion?: string;
}

/** In the order in which CodeDeploy comes to them. */
const events = ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"] as const;

/** What CodeDeploy is to do, for `revision.appSpecContent`. The same inputs give the same text. */
export function makeAppSpec({ taskDefinitionArn, container, port, hooks, platformVersion }: AppSpecInputs): AppSpec {
  const called = events.flatMap((event) => (hooks[event] === undefined ? [] : [{ [event]: hooks[event] }]));
  const content = JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: "AWS::ECS::Service",
          Properties: { TaskDefinition: taskDefinitionArn, LoadBalancerInfo: { ContainerName: container, ContainerPort: port }, ...(platformVersion === undefined ? {} : { PlatformVersion: platformVersion }) },
        },
      },
    ],
    ...(called.length === 0 ? {} : { Hooks: called }),
  });
  return { content, sha256: createHash("sha256").update(content).digest("hex") };
}
