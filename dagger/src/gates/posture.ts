import type { Control, GateName, GateReport } from "../report/schema.ts";

/** The security posture: each control, and whether it works now. Pure. */

const controlOf: Readonly<Record<GateName, string>> = {
  secrets: "No secrets in code or history",
  "static-analysis": "Typed and linted code",
  "unit-tests": "Tested behaviour",
  dependencies: "No vulnerable dependencies",
  "code-quality": "No known bugs, tested code",
  infrastructure: "Safe infrastructure code",
  images: "Images built from this commit",
  "image-scan": "No vulnerable images",
  sbom: "Bill of materials for each image",
  dockerfiles: "Sound Dockerfiles",
  licences: "Allowed licences only",
};

/** What AWS carries. The infrastructure's code says whether it is told to. */
export const awsControls = {
  scanOnPush: { control: "Images scanned on push", tool: "Amazon ECR" },
  auditTrail: { control: "Every API call recorded", tool: "AWS CloudTrail" },
  threatDetection: { control: "Threats detected", tool: "Amazon GuardDuty" },
  securityGroups: { control: "Least-privilege network", tool: "Security groups" },
  federatedIdentity: { control: "No long-lived keys in CI", tool: "IAM with OIDC" },
} as const satisfies Record<string, Pick<Control, "control" | "tool">>;

export function securityPosture(gates: readonly GateReport[], fromInfrastructure: readonly Control[]): Control[] {
  return [...gates.map(ofGate), ...(fromInfrastructure.length > 0 ? fromInfrastructure : unknownControls(gates))];
}

function ofGate(gate: GateReport): Control {
  const line = { control: controlOf[gate.name], tool: gate.tool.name, mode: gate.mode };
  // A part that could not be looked at takes nothing away from the part that stops the release.
  if (gate.verdict === "passed" || gate.verdict === "failed") return { ...line, state: gate.mode === "block" ? "active" : "lab", ...(gate.reason === undefined ? {} : { note: gate.reason }) };
  return { ...line, state: "unavailable", note: gate.reason ?? "not run" };
}

function unknownControls(gates: readonly GateReport[]): Control[] {
  const reason = gates.find((gate) => gate.name === "infrastructure")?.reason ?? "the infrastructure gate did not run";
  return Object.values(awsControls).map((control) => ({ ...control, mode: "aws", state: "unavailable", note: reason }));
}
