import type { Control } from "../../../report/schema.ts";
import { awsControls } from "../../posture.ts";
import type { TerraformDocument } from "../terraform-json.ts";
import { auditTrailProblems } from "./audit-trail.ts";
import { federatedIdentityProblems } from "./federated-identity.ts";
import { stacksOf, type Stack } from "./references.ts";
import { scanOnPushProblems } from "./scan-on-push.ts";
import { securityGroupProblems } from "./security-groups.ts";
import { threatDetectionProblems } from "./threat-detection.ts";

type ControlName = keyof typeof awsControls;

/** For each control what keeps it from working, a sentence each; nothing when AWS is told to do it. */
const problems: Readonly<Record<ControlName, (stacks: readonly Stack[]) => string[]>> = {
  scanOnPush: scanOnPushProblems,
  auditTrail: auditTrailProblems,
  threatDetection: threatDetectionProblems,
  securityGroups: (stacks) => [...securityGroupProblems(stacks), ...unseen(stacks)],
  federatedIdentity: (stacks) => [...federatedIdentityProblems(stacks), ...unseen(stacks)],
};

/** What must not be there cannot be ruled out where nobody looks. */
const unseen = (stacks: readonly Stack[]): string[] => stacks.flatMap((stack) => stack.modules.map((name) => `module.${name} is not looked into`));

const shown = 3;

export function controlsOf(documents: readonly TerraformDocument[]): Control[] {
  const stacks = stacksOf(documents);
  return names().map((name) => {
    const found = problems[name](stacks);
    const rest = found.length - shown;
    return found.length === 0 ? { ...awsControls[name], mode: "aws", state: "active" } : unavailable(name, `${found.slice(0, shown).join("; ")}${rest > 0 ? `; and ${String(rest)} more` : ""}`);
  });
}

/** When there is nothing, or not everything, to judge by. */
export const controlsUnknown = (why: string): Control[] => names().map((name) => unavailable(name, why));

const unavailable = (name: ControlName, note: string): Control => ({ ...awsControls[name], mode: "aws", state: "unavailable", note });

const names = (): ControlName[] => Object.keys(awsControls) as ControlName[];
