import type { ContainerDefinition, Volume } from "@aws-sdk/client-ecs";
import { AwsError } from "../../protocol/aws-error.ts";

const refuse = (message: string): AwsError => new AwsError("ClientException", message);

/** Throws ClientException for volumes that Fargate does not have, and for mounts of what is not there. */
export function checkVolumes(volumes: readonly Volume[], containers: readonly ContainerDefinition[], isFargate: boolean): void {
  const names = new Set<string>();
  for (const volume of volumes) {
    const { name = "", host, dockerVolumeConfiguration, efsVolumeConfiguration, fsxWindowsFileServerVolumeConfiguration, s3filesVolumeConfiguration, configuredAtLaunch } = volume;
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw refuse("Volume.name contains invalid characters.");
    if (names.has(name)) throw refuse(`Volume.name ${name} is not unique.`);
    names.add(name);
    if (isFargate && host?.sourcePath !== undefined) throw refuse("Fargate compatible task definitions do not support sourcePath.");
    for (const kind of ["dockerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"] as const) if (isFargate && volume[kind] !== undefined) throw refuse(`Fargate does not support ${kind}.`);
    // Tasks would start without their data: better told now.
    if ([host?.sourcePath, dockerVolumeConfiguration, efsVolumeConfiguration, fsxWindowsFileServerVolumeConfiguration, s3filesVolumeConfiguration].some((other) => other !== undefined) || configuredAtLaunch === true) {
      throw new AwsError("NotImplemented", `The rehearsal has scratch volumes only, and ${name} is another. It would be in ci/rehearsal/src/services/ecs/check-volumes.ts.`, { status: 501 });
    }
  }
  for (const { mountPoints = [] } of containers) {
    const paths = new Set<string>();
    for (const { sourceVolume = "", containerPath = "" } of mountPoints) {
      if (!names.has(sourceVolume)) throw refuse(`Unknown volume '${sourceVolume}'.`);
      if (!containerPath.startsWith("/") || containerPath.includes(":")) throw refuse(`Invalid container path '${containerPath}' of the volume ${sourceVolume}: it must be absolute, without a colon.`);
      if (paths.has(containerPath)) throw refuse(`Duplicate mount point '${containerPath}'.`);
      paths.add(containerPath);
    }
  }
}
