import { bootstrapImages } from "../release/bootstrap/bootstrap-images.ts";
import { untilSteady } from "../release/bootstrap/until-steady.ts";
import { pushBootstrapImages, type PushOptions } from "../release/push/push-images.ts";
import type { ReleaseClock } from "../release/release-clock.ts";
import { awsNames, repositoryOf } from "../release/release-settings.ts";

/** A rehearsal that is new has nothing to run yet: the images of its first task definition are put there, and it gets its time. Throws ReleaseError and StepError. */
export async function bringUp(push: PushOptions, clock: ReleaseClock): Promise<void> {
  const { clients, config, settings, signal } = push;
  const names = awsNames(config.project, settings);
  const ecs = await clients.ecs();
  const repositories = Object.fromEntries(Object.keys(config.services).map((service) => [service, repositoryOf(config.project, settings, service)]));
  await pushBootstrapImages(push, await bootstrapImages(ecs, names, repositories));
  await untilSteady(ecs, names, { clock, signal });
}
