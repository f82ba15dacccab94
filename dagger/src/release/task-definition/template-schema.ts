import { z } from "zod";

/**
 * What RegisterTaskDefinition takes, of the parts that Fargate has or that people
 * write by mistake; a test holds the keys equal to the SDK's. What a value must
 * be is judged afterwards, with AWS's own words.
 */
const text = z.string();
const list = z.array(text);
const whole = z.number().int();
const nameValue = z.strictObject({ name: text, value: text });
const options = z.record(text, text);
/** Known, and never of use on Fargate: what is in it is not looked at. */
const any = z.unknown();

const secret = z.strictObject({ name: text, valueFrom: text });

const portMapping = z.strictObject({ containerPort: whole.optional(), hostPort: whole.optional(), protocol: text.optional(), name: text.optional(), appProtocol: text.optional(), containerPortRange: text.optional() });

const healthCheck = z.strictObject({ command: list, interval: whole.optional(), timeout: whole.optional(), retries: whole.optional(), startPeriod: whole.optional() });

const linuxParameters = z.strictObject({
  capabilities: z.strictObject({ add: list.optional(), drop: list.optional() }).optional(),
  devices: z.array(any).optional(),
  initProcessEnabled: z.boolean().optional(),
  sharedMemorySize: whole.optional(),
  tmpfs: z.array(z.strictObject({ containerPath: text, size: whole, mountOptions: list.optional() })).optional(),
  maxSwap: whole.optional(),
  swappiness: whole.optional(),
});

const logConfiguration = z.strictObject({ logDriver: text, options: options.optional(), secretOptions: z.array(secret).optional() });

export const containerSchema = z.strictObject({
  name: text,
  image: text,
  repositoryCredentials: z.strictObject({ credentialsParameter: text }).optional(),
  cpu: whole.optional(),
  memory: whole.optional(),
  memoryReservation: whole.optional(),
  links: list.optional(),
  portMappings: z.array(portMapping).optional(),
  essential: z.boolean().optional(),
  restartPolicy: z.strictObject({ enabled: z.boolean(), ignoredExitCodes: z.array(whole).optional(), restartAttemptPeriod: whole.optional() }).optional(),
  entryPoint: list.optional(),
  command: list.optional(),
  environment: z.array(nameValue).optional(),
  environmentFiles: z.array(z.strictObject({ value: text, type: text })).optional(),
  mountPoints: z.array(z.strictObject({ sourceVolume: text.optional(), containerPath: text.optional(), readOnly: z.boolean().optional() })).optional(),
  volumesFrom: z.array(z.strictObject({ sourceContainer: text.optional(), readOnly: z.boolean().optional() })).optional(),
  linuxParameters: linuxParameters.optional(),
  secrets: z.array(secret).optional(),
  dependsOn: z.array(z.strictObject({ containerName: text, condition: text })).optional(),
  startTimeout: whole.optional(),
  stopTimeout: whole.optional(),
  versionConsistency: text.optional(),
  hostname: text.optional(),
  user: text.optional(),
  workingDirectory: text.optional(),
  disableNetworking: z.boolean().optional(),
  privileged: z.boolean().optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  dnsServers: list.optional(),
  dnsSearchDomains: list.optional(),
  extraHosts: z.array(any).optional(),
  dockerSecurityOptions: list.optional(),
  interactive: z.boolean().optional(),
  pseudoTerminal: z.boolean().optional(),
  dockerLabels: options.optional(),
  ulimits: z.array(z.strictObject({ name: text, softLimit: whole, hardLimit: whole })).optional(),
  logConfiguration: logConfiguration.optional(),
  healthCheck: healthCheck.optional(),
  systemControls: z.array(z.strictObject({ namespace: text.optional(), value: text.optional() })).optional(),
  resourceRequirements: z.array(z.strictObject({ type: text, value: text })).optional(),
  firelensConfiguration: z.strictObject({ type: text, options: options.optional() }).optional(),
  credentialSpecs: list.optional(),
});

const volume = z.strictObject({
  name: text,
  host: z.strictObject({ sourcePath: text.optional() }).optional(),
  dockerVolumeConfiguration: any.optional(),
  efsVolumeConfiguration: any.optional(),
  s3filesVolumeConfiguration: any.optional(),
  fsxWindowsFileServerVolumeConfiguration: any.optional(),
  configuredAtLaunch: z.boolean().optional(),
});

export const templateSchema = z.strictObject({
  family: text,
  containerDefinitions: z.array(containerSchema),
  taskRoleArn: text.optional(),
  executionRoleArn: text.optional(),
  networkMode: text.optional(),
  volumes: z.array(volume).optional(),
  placementConstraints: z.array(any).optional(),
  requiresCompatibilities: list.optional(),
  cpu: text.optional(),
  memory: text.optional(),
  tags: z.array(z.strictObject({ key: text, value: text })).optional(),
  pidMode: text.optional(),
  ipcMode: text.optional(),
  proxyConfiguration: any.optional(),
  inferenceAccelerators: z.array(any).optional(),
  ephemeralStorage: z.strictObject({ sizeInGiB: whole }).optional(),
  runtimePlatform: z.strictObject({ cpuArchitecture: text.optional(), operatingSystemFamily: text.optional() }).optional(),
  enableFaultInjection: z.boolean().optional(),
});

export type TaskDefinition = z.infer<typeof templateSchema>;
export type Container = z.infer<typeof containerSchema>;
