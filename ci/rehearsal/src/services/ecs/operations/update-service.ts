import { UpdateService$, type UpdateServiceCommandInput, type UpdateServiceCommandOutput } from "@aws-sdk/client-ecs";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onService, taskDefinitionKey } from "../access.ts";
import { scheduler } from "../scheduler.ts";
import { requireActive, serviceOf } from "../services.ts";
import { showService } from "../show.ts";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** What a service under CODE_DEPLOY refuses to have changed, though it be the same as before, by AWS's name for it. */
const refusals: readonly (readonly [member: keyof UpdateServiceCommandInput, what: string])[] = [
  ["taskDefinition", "task definition"],
  ["networkConfiguration", "network parameters"],
  ["loadBalancers", "load balancers"],
  ["platformVersion", "platform version"],
  ["capacityProviderStrategy", "capacity provider strategy"],
  ["serviceRegistries", "service registries"],
  ["forceNewDeployment", "force new deployment"],
];

export const updateService = operation<UpdateServiceCommandInput, Omit<UpdateServiceCommandOutput, "$metadata">>({
  schema: UpdateService$,
  access: ({ cluster, service, taskDefinition }, parts) => [onService(parts, "UpdateService", cluster, service, taskDefinitionKey(parts, taskDefinition))],
  run(input, { parts }) {
    const service = serviceOf(parts, input.cluster, input.service ?? "");
    requireActive(service);
    for (const [member, what] of refusals) {
      // A flag that is not set asks for nothing.
      if (input[member] === undefined || input[member] === false) continue;
      if (service.deploymentController === "CODE_DEPLOY") throw refuse(`Unable to update ${what} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`);
      throw refuse(`Unable to update ${what} on services with an EXTERNAL deployment controller.`);
    }
    const { desiredCount, deploymentConfiguration, healthCheckGracePeriodSeconds, enableECSManagedTags, propagateTags } = input;
    if (deploymentConfiguration?.deploymentCircuitBreaker !== undefined) throw refuse("Deployment circuit breaker is only supported with ECS deployment controller.");
    if (deploymentConfiguration?.alarms !== undefined) throw refuse("Alarm based rollback feature is only supported with ECS deployment controller.");
    if (desiredCount !== undefined && (!Number.isInteger(desiredCount) || desiredCount < 0)) throw refuse("Desired count must be a whole number that is not negative.");
    Object.assign(service, {
      desiredCount: desiredCount ?? service.desiredCount,
      healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds,
      minimumHealthyPercent: deploymentConfiguration?.minimumHealthyPercent ?? service.minimumHealthyPercent,
      maximumPercent: deploymentConfiguration?.maximumPercent ?? service.maximumPercent,
      enableECSManagedTags: enableECSManagedTags ?? service.enableECSManagedTags,
      propagateTags: propagateTags ?? service.propagateTags,
    });
    parts.timeline.add("ecs", "service-updated", { service: service.arn, desired: service.desiredCount });
    parts.get(scheduler).wake();
    return { service: showService(parts, service) };
  },
});
