import type { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { z } from "zod";
import type { DeploymentStatus } from "../../have.ts";

/** Ids of the group's deployments, newest first. */
export async function listDeployments(
  client: CodeDeployClient,
  names: { readonly application: string; readonly deploymentGroup: string },
  { most, statuses }: { readonly most: number; readonly statuses?: readonly DeploymentStatus[] },
  abortSignal: AbortSignal,
): Promise<string[]> {
  const { ListDeploymentsCommand } = await import("@aws-sdk/client-codedeploy");
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListDeploymentsCommand({ applicationName: names.application, deploymentGroupName: names.deploymentGroup, ...(statuses === undefined ? {} : { includeOnlyStatuses: [...statuses] }), ...(nextToken === undefined ? {} : { nextToken }) }),
      { abortSignal },
    );
    found.push(...z.array(z.string()).parse(page.deployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < most);
  return found.slice(0, most);
}
