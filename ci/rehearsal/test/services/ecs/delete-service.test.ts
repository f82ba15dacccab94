import { CreateServiceCommand, CreateTaskSetCommand, DeleteClusterCommand, DeleteServiceCommand, DescribeTaskSetsCommand, ListServicesCommand, UpdateServiceCommand, waitUntilServicesInactive } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { setUpBalancedService } from "./balanced-service.ts";
import { serviceInput, setUpService } from "./setting.ts";

const ids = { cluster: "main", service: "web" };

it("drains a service that is deleted by force, and shows it as INACTIVE when its tasks have ended", async () => {
  const { clock, ecs, service, tasks, targets } = await setUpBalancedService();
  await clock.advance(5000);
  await expect(ecs.send(new DeleteServiceCommand(ids))).rejects.toMatchObject({ name: "InvalidParameterException", message: "The service cannot be stopped while it is scaled above 0." });
  expect((await ecs.send(new DeleteServiceCommand({ ...ids, force: true }))).service).toMatchObject({ status: "DRAINING", desiredCount: 0, taskSets: [{ status: "DRAINING" }] });
  await expect(ecs.send(new UpdateServiceCommand({ ...ids, desiredCount: 1 }))).rejects.toMatchObject({ name: "ServiceNotActiveException" });
  await expect(ecs.send(new CreateTaskSetCommand({ ...ids, taskDefinition: "web" }))).rejects.toMatchObject({ name: "ServiceNotActiveException" });
  await expect(ecs.send(new CreateServiceCommand(serviceInput()))).rejects.toMatchObject({ message: "Unable to Start a service that is still Draining." });
  await expect(ecs.send(new DeleteClusterCommand({ cluster: "main" }))).rejects.toMatchObject({ name: "ClusterContainsServicesException" });
  await clock.advance(5000);
  expect(await tasks()).toEqual([]);
  expect((await targets()).map(({ TargetHealth }) => TargetHealth?.State)).toEqual(["draining", "draining"]);
  expect(await service()).toMatchObject({ status: "DRAINING" });
  await clock.advance(300_000);
  expect(await service()).toMatchObject({ status: "INACTIVE", runningCount: 0, taskSets: [] });
  expect((await ecs.send(new ListServicesCommand({ cluster: "main" }))).serviceArns).toEqual([]);
  expect(await waitUntilServicesInactive({ client: ecs, maxWaitTime: 16 }, { cluster: "main", services: ["web"] })).toMatchObject({ state: "SUCCESS" });
  await expect(ecs.send(new DescribeTaskSetsCommand(ids))).rejects.toMatchObject({ name: "ServiceNotFoundException" });
});

it("deletes a service that is scaled to nothing, and makes one of its name again", async () => {
  const { clock, ecs, service, tasks } = await setUpService();
  await clock.advance(5000);
  await ecs.send(new UpdateServiceCommand({ ...ids, desiredCount: 0 }));
  await clock.advance(5000);
  await ecs.send(new DeleteServiceCommand(ids));
  await clock.advance(1000);
  expect(await service()).toMatchObject({ status: "INACTIVE" });
  await ecs.send(new CreateServiceCommand(serviceInput()));
  await clock.advance(5000);
  expect(await service()).toMatchObject({ status: "ACTIVE", runningCount: 2 });
  expect(await tasks()).toHaveLength(2);
});
