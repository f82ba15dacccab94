import { cpuUnits, fargateSizes, memoryMib } from "./fargate-sizes.ts";
import type { Judge } from "./judge.ts";

/** What Fargate asks of a task as a whole. */
export function judgeTask(judge: Judge): void {
  const { family, networkMode, requiresCompatibilities = [], pidMode, ipcMode, placementConstraints = [], inferenceAccelerators = [], volumes = [], ephemeralStorage, proxyConfiguration } = judge.task;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) judge.refused("fargate-family", ["family"], family === "" ? "Family should not be null or empty." : "Family contains invalid characters.", "Use 1 to 255 letters, digits, hyphens and underscores.");
  if (!requiresCompatibilities.includes("FARGATE")) judge.say("no", "fargate-compatibility", ["requiresCompatibilities"], "The task definition does not ask for Fargate, so that AWS would not check it, and no Fargate service could run it.", 'Set requiresCompatibilities to ["FARGATE"].');
  if (networkMode !== "awsvpc") judge.refused("fargate-network", ["networkMode"], "Fargate only supports network mode ‘awsvpc’.", 'Set networkMode to "awsvpc".');
  judgeSize(judge);
  if (placementConstraints.length > 0) judge.refused("fargate-unsupported", ["placementConstraints"], "Fargate does not support placement constraints.", "Take them out.");
  if (inferenceAccelerators.length > 0) judge.refused("fargate-unsupported", ["inferenceAccelerators"], "Fargate does not support inference accelerators.", "Take them out.");
  if (proxyConfiguration !== undefined) judge.say("warning", "not-looked-at", ["proxyConfiguration"], "proxyConfiguration is not checked here.", "Compare it with AWS's documentation.");
  if (pidMode !== undefined && pidMode !== "task") judge.refused("fargate-unsupported", ["pidMode"], "On Fargate the only valid value of pidMode is task.", 'Set it to "task", or take it out.');
  if (ipcMode !== undefined && ipcMode !== "none" && ipcMode !== "task") judge.refused("fargate-unsupported", ["ipcMode"], "Fargate does not support this ipcMode.", "Take it out.");
  volumes.forEach((volume, index) => {
    const at = ["volumes", index];
    if (volume.host?.sourcePath !== undefined) judge.refused("fargate-volume", [...at, "host"], "Fargate compatible task definitions do not support sourcePath.", "Take sourcePath out; the volume then lives as long as the task.");
    for (const kind of ["dockerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"] as const) {
      if (volume[kind] !== undefined) judge.refused("fargate-volume", [...at, kind], `Fargate does not support ${kind}.`, "Use efsVolumeConfiguration, or a volume that has a name alone.");
    }
    if (volumes.findIndex(({ name }) => name === volume.name) !== index) judge.refused("fargate-volume", at, `Volume ${volume.name} is there twice.`, "Give each a name of its own.");
  });
  const gib = ephemeralStorage?.sizeInGiB;
  if (gib !== undefined && (gib < 21 || gib > 200)) judge.refused("fargate-storage", ["ephemeralStorage", "sizeInGiB"], "The ephemeral storage of a task is 21 to 200 GiB.", "Choose such a size, or leave ephemeralStorage out for 20 GiB.");
}

function judgeSize(judge: Judge): void {
  const { cpu, memory } = judge.task;
  if (cpu === undefined || memory === undefined) { judge.refused("fargate-size", [], "Fargate requires that 'cpu' and 'memory' be defined at the task level.", 'Add both, such as "cpu": "256" and "memory": "512".'); return; }
  const [units, mib] = [cpuUnits(cpu), memoryMib(memory)];
  for (const [member, read] of Object.entries({ cpu: units, memory: mib })) {
    if (read === undefined) judge.refused("fargate-size", [member], `Invalid '${member}' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`, member === "cpu" ? 'Write CPU units, such as "256", or "0.25 vCPU".' : 'Write MiB, such as "512", or "0.5 GB".');
  }
  if (units === undefined || mib === undefined) return;
  const sizes = fargateSizes.get(units);
  if (sizes?.includes(mib) !== true) {
    judge.refused(
      "fargate-size",
      [sizes === undefined ? "cpu" : "memory"],
      "No Fargate configuration exists for given values.",
      sizes === undefined ? `cpu is one of ${[...fargateSizes.keys()].join(", ")}.` : `With cpu ${units}, memory is one of ${sizes.join(", ")} MiB.`,
    );
  }
  const sum = (of: (container: { readonly cpu?: number | undefined; readonly memory?: number | undefined; readonly memoryReservation?: number | undefined }) => number): number => judge.containers.reduce((total, { container }) => total + of(container), 0);
  const wantedCpu = sum((container) => container.cpu ?? 0);
  const wantedMib = sum(({ memory: hard, memoryReservation: soft }) => soft ?? hard ?? 0);
  if (wantedCpu > units) judge.refused("fargate-size", ["cpu"], `The containers ask for ${wantedCpu} CPU units, and the task has ${units}.`, "Give the task more, or a container less.");
  if (wantedMib > mib) judge.refused("fargate-size", ["memory"], `The containers ask for ${wantedMib} MiB of memory, and the task has ${mib}.`, "Give the task more, or a container less.");
  for (const { container, at } of judge.containers) {
    const { memory: hard, memoryReservation: soft } = container;
    if (hard !== undefined && wantedMib <= mib && hard > mib) judge.refused("fargate-size", [...at, "memory"], `The container may have ${hard} MiB of memory, and the task has ${mib}.`, "Give the container less.");
    if (hard !== undefined && hard < 6) judge.refused("fargate-size", [...at, "memory"], "A container has at least 6 MiB of memory.", "Give the container more: the number is MiB.");
    if (hard !== undefined && soft !== undefined && soft > hard) judge.refused("fargate-size", [...at, "memoryReservation"], "memoryReservation must not be greater than memory.", "Make it less.");
  }
}
