import type { Parts } from "../../parts.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { predefinedConfigs } from "./predefined-configs.ts";
import { codedeploySlice, type ApplicationRecord, type CodeDeployState, type ConfigRecord, type DeploymentRecord, type GroupRecord } from "./state.ts";

export const stateOf = (parts: Parts): CodeDeployState => parts.world.slice(codedeploySlice);

/** Up to 100 letters, digits and a few signs, for applications, groups and configurations alike. */
const isName = (name: string): boolean => /^[A-Za-z0-9._+=,@ -]{1,100}$/.test(name);

export function checkedName(name: string | undefined, what: "Application" | "DeploymentGroup" | "DeploymentConfig"): string {
  if (name === undefined || name === "") throw new AwsError(`${what}NameRequiredException`, `${what} name is required.`);
  if (!isName(name)) throw new AwsError(`Invalid${what}NameException`, `${what} name must be 1 to 100 characters, of letters, digits and ._+=,@-`);
  return name;
}

export function findApplication(parts: Parts, name: string | undefined): ApplicationRecord {
  const checked = checkedName(name, "Application");
  const found = stateOf(parts).applications.find((application) => application.name === checked);
  if (found === undefined) throw new AwsError("ApplicationDoesNotExistException", `No application found for name: ${checked}`);
  return found;
}

export function findGroup(parts: Parts, applicationName: string | undefined, name: string | undefined): GroupRecord {
  const application = findApplication(parts, applicationName);
  const checked = checkedName(name, "DeploymentGroup");
  const found = stateOf(parts).groups.find((group) => group.applicationName === application.name && group.name === checked);
  if (found === undefined) throw new AwsError("DeploymentGroupDoesNotExistException", `No Deployment Group found for name: ${checked}`);
  return found;
}

export const allConfigs = (parts: Parts): readonly ConfigRecord[] => [...predefinedConfigs, ...stateOf(parts).configs];

export function findConfig(parts: Parts, name: string | undefined): ConfigRecord {
  const checked = checkedName(name, "DeploymentConfig");
  const found = allConfigs(parts).find((config) => config.name === checked);
  if (found === undefined) throw new AwsError("DeploymentConfigDoesNotExistException", `No Deployment Configuration found for name: ${checked}`);
  return found;
}

export function findDeployment(parts: Parts, id: string | undefined): DeploymentRecord {
  if (id === undefined || id === "") throw new AwsError("DeploymentIdRequiredException", "Deployment ID must be specified");
  if (!/^d-[A-Z0-9]{9}$/.test(id)) throw new AwsError("InvalidDeploymentIdException", `Deployment ID must be in the format of d-XXXXXXXXX: ${id}`);
  const found = deploymentIfAny(parts, id);
  if (found === undefined) throw new AwsError("DeploymentDoesNotExistException", `The deployment ${id} could not be found`);
  return found;
}

export const deploymentIfAny = (parts: Parts, id: string | undefined): DeploymentRecord | undefined => stateOf(parts).deployments.find((deployment) => deployment.id === id);
