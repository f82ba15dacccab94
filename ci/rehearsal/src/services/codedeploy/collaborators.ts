import type { Component } from "../../parts.ts";
import type { Access } from "../service.ts";
import { realCollaborators } from "./real-collaborators.ts";

/** What CodeDeploy needs of ECS, the load balancer, the alarms and IAM: no other file of this folder knows their modules. */
export interface Collaborators {
  /** Undefined when there is none. */
  readonly findService: (cluster: string, service: string) => ServiceView | undefined;
  readonly findTaskDefinition: (arn: string) => TaskDefinitionView | undefined;
  /** Throws AwsError as ECS does. */
  readonly createTaskSet: (wanted: WantedTaskSet) => { readonly taskSetArn: string };
  readonly setTaskSetScale: (taskSetArn: string, percent: number) => void;
  readonly setPrimaryTaskSet: (serviceArn: string, taskSetArn: string) => void;
  /** Drains it; what it runs is stopped. */
  readonly deleteTaskSet: (taskSetArn: string) => void;
  readonly taskSetsOf: (serviceArn: string) => readonly TaskSetView[];
  /** When anything about the task sets of a service is different. */
  readonly onTaskSet: (listener: (serviceArn: string) => void) => () => void;
  /** By its default action, or by the first of its routes that leads to one of `among`. */
  readonly forwardOf: (listenerArn: string, among?: readonly string[]) => readonly Weight[];
  /** The ARNs of the listener and of its rules, as far as they lead to one of the groups. */
  readonly routesTo: (listenerArn: string, targetGroupArns: readonly string[]) => readonly string[];
  readonly setForward: (listenerArn: string, weights: readonly Weight[]) => void;
  readonly targetGroupArn: (name: string) => string | undefined;
  readonly healthyTargets: (targetGroupArn: string) => number;
  /** Unknown names are absent. */
  readonly alarmStates: (names: readonly string[]) => readonly { readonly name: string; readonly state: string }[];
  /** Throws AwsError when there is no such role, or it may not do one of them. */
  readonly authoriseAs: (roleArn: string, accesses: readonly Access[]) => void;
  /** Whether the role lets CodeDeploy take it on. */
  readonly mayAssume: (roleArn: string) => boolean;
  readonly tellCandidateTraffic: (percent: number) => void;
}

export interface Weight {
  readonly targetGroupArn: string;
  readonly weight: number;
}

export interface ServiceView {
  readonly clusterArn: string;
  readonly serviceArn: string;
  readonly deploymentController: string;
}

export interface TaskDefinitionView {
  readonly taskDefinitionArn: string;
  readonly containers: readonly { readonly name: string; readonly ports: readonly number[] }[];
  /** Task and execution role, as far as it has them. */
  readonly roleArns: readonly string[];
}

export interface WantedTaskSet {
  readonly clusterArn: string;
  readonly serviceArn: string;
  readonly taskDefinitionArn: string;
  readonly externalId: string;
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  /** Absent: as the primary task set has it. */
  readonly network?: { readonly subnets: string[]; readonly securityGroups: string[]; readonly assignPublicIp: "ENABLED" | "DISABLED" } | undefined;
  readonly platformVersion?: string | undefined;
}

export interface TaskSetView {
  readonly taskSetArn: string;
  readonly id: string;
  readonly status: string;
  readonly externalId?: string | undefined;
  readonly isSteady: boolean;
  readonly desiredCount: number;
  readonly pendingCount: number;
  readonly runningCount: number;
  readonly targetGroupArns: readonly string[];
}

export const collaborators: Component<Collaborators> = { name: "codedeploy-collaborators", create: realCollaborators };
