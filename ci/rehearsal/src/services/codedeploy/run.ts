import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import type { Access } from "../service.ts";
import { collaborators, type Collaborators } from "./collaborators.ts";
import type { Cause } from "./outcome.ts";
import type { DeploymentRecord, ErrorCode } from "./state.ts";

/** A deployment that is being driven, and what its stages need. */
export interface Run {
  readonly parts: Parts;
  readonly cloud: Collaborators;
  readonly deployment: DeploymentRecord;
  /** Starts what stands for the hook's function, unless it is running. */
  readonly startHook: () => void;
}

/** What a stage comes to: it is over, or it is to be asked again at that time, or earlier when something has changed. */
export type Step = "done" | { readonly untilMs: number };

/** Thrown by a stage: the deployment does not go on. */
export class DeploymentFailure extends Error {
  override readonly cause: Cause;

  constructor(cause: Cause) {
    super(cause.kind === "failed" ? cause.message : cause.kind);
    this.cause = cause;
  }
}

export const failed = (code: ErrorCode, message: string, diagnostics?: string): DeploymentFailure => new DeploymentFailure({ kind: "failed", code, message, ...(diagnostics === undefined ? {} : { diagnostics }) });

export type RoleService = "AmazonECS" | "AmazonElasticLoadBalancingV2" | "AWSLambda" | "AmazonCloudWatch";

/** Makes sure that the role of the group may do it. */
export function authoriseRole({ parts, deployment }: Pick<Run, "parts" | "deployment">, service: RoleService, accesses: readonly Access[]): void {
  const { roleArn } = deployment.settings;
  try {
    parts.get(collaborators).authoriseAs(roleArn, accesses);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (!/AccessDenied/i.test(error.name)) throw failed("IAM_ROLE_MISSING", `The IAM role ${roleArn} cannot be found, or AWS CodeDeploy cannot take it on: ${error.message}`);
    throw failed("IAM_ROLE_PERMISSIONS", `The IAM role ${roleArn} does not give you permission to perform operations in the following AWS service: ${service}.`, error.message);
  }
}

/** What ECS has refused, in CodeDeploy's words. */
export function ecsRefused(parts: Parts, error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const text = `${error.message} (Service: AmazonECS; Status Code: ${String(error.status)}; Error Code: ${error.name}; Request ID: ${parts.ids.uuid()}; Proxy: null)`;
  return failed("ECS_UPDATE_ERROR", `The ECS service cannot be updated due to an unexpected error: ${text}. Check your ECS service status.`);
}

export const elbRefused = (message: string): DeploymentFailure => failed("ELASTIC_LOAD_BALANCING_INVALID", `The ELB could not be updated due to the following error: ${message}`);
