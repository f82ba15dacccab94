import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";

const ofTask = ["pidMode", "ipcMode", "ephemeralStorage", "proxyConfiguration", "enableFaultInjection"] as const;
const ofContainer = ["repositoryCredentials", "restartPolicy", "environmentFiles", "volumesFrom", "startTimeout", "versionConsistency", "interactive", "pseudoTerminal", "ulimits", "systemControls", "resourceRequirements", "firelensConfiguration", "credentialSpecs"] as const;

const isSet = (value: unknown): boolean => value !== undefined && value !== false && value !== null && !(Array.isArray(value) && value.length === 0);

/** What AWS would act on and the rehearsal only shows again: `pidMode`, `web.ulimits`. */
export const notModelled = (input: RegisterTaskDefinitionCommandInput): string[] => [
  ...ofTask.filter((member) => isSet(input[member])),
  ...(input.containerDefinitions ?? []).flatMap((container) => inContainer(container).map((member) => `${container.name ?? ""}.${member}`)),
];

function inContainer(container: ContainerDefinition): string[] {
  const { linuxParameters = {}, logConfiguration } = container;
  return [
    ...ofContainer.filter((member) => isSet(container[member])),
    ...(isSet(linuxParameters.tmpfs) ? ["linuxParameters.tmpfs"] : []),
    ...(isSet(linuxParameters.capabilities?.add) ? ["linuxParameters.capabilities.add"] : []),
    ...(logConfiguration === undefined || logConfiguration.logDriver === "awslogs" ? [] : ["logConfiguration"]),
  ];
}
