import { DescribeServices$, type DescribeServicesCommandInput, type DescribeServicesCommandOutput } from "@aws-sdk/client-ecs";
import { operation } from "../../service.ts";
import { onService } from "../access.ts";
import { clusterOf, findDeletedService, findService, serviceArnFor } from "../services.ts";
import { showService } from "../show.ts";

export const describeServices = operation<DescribeServicesCommandInput, Omit<DescribeServicesCommandOutput, "$metadata">>({
  schema: DescribeServices$,
  access: ({ cluster, services = [] }, parts) => services.map((service) => onService(parts, "DescribeServices", cluster, service)),
  run({ cluster, services = [], include = [] }, { parts }) {
    clusterOf(parts, cluster);
    const found = services.map((asked) => ({ asked, service: findService(parts, cluster, asked) ?? findDeletedService(parts, cluster, asked) }));
    return {
      services: found.flatMap(({ service }) => (service === undefined ? [] : [showService(parts, service, { withTags: include.includes("TAGS") })])),
      failures: found.flatMap(({ asked, service }) => (service === undefined ? [{ arn: serviceArnFor(parts, cluster, asked), reason: "MISSING" }] : [])),
    };
  },
});
