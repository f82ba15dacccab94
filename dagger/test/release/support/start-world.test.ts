import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { startWorld } from "./start-world.ts";

it("starts the Notes world with its service up, and counts calls", async () => {
  const { calls, clients, names } = await startWorld();
  const { services: [service] = [] } = await (await clients.ecs()).send(new DescribeServicesCommand({ cluster: names.cluster, services: [names.service] }));
  expect(service).toMatchObject({ runningCount: 1, taskSets: [{ status: "PRIMARY", stabilityStatus: "STEADY_STATE" }] });
  expect(calls()).toEqual(["ecs:DescribeServices"]);
});

it("hands out sessions of a role, which are refused what the role may not do", async () => {
  const { clientsAs } = await startWorld({ notReady: true });
  const ecs = await (await clientsAs("notes-deployer")).ecs();
  await expect(ecs.send(new DescribeServicesCommand({ cluster: "notes-cluster", services: ["other"] }))).rejects.toThrow("is not authorized to perform: ecs:DescribeServices");
});
