import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";

const services = join(import.meta.dirname, "../../../../services");
const definition = JSON.parse(readFileSync(join(services, "task-definition.json"), "utf8")) as RegisterTaskDefinitionCommandInput;
const containers = (definition.containerDefinitions ?? []).map((container) => [container.name ?? "", container] as const);

it("is the four services in one task, whose memory suffices for them", () => {
  expect(containers.map(([name]) => name)).toEqual(["proxy", "frontend", "backend", "database"]);
  const memory = containers.reduce((sum, [, container]) => sum + (container.memory ?? Infinity), 0);
  expect(memory).toBeLessThanOrEqual(Number(definition.memory));
});

it.each(containers)("%s can write nowhere but in its volumes, is nobody special, and is checked, stopped and logged", (_name, container) => {
  expect(container).toMatchObject({
    essential: true,
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    stopTimeout: 30,
    logConfiguration: { logDriver: "awslogs" },
  });
  expect(["", "0", "root", undefined]).not.toContain(container.user?.split(":")[0]);
  expect(container.healthCheck?.command?.[0]).toBe("CMD");
});

it.each(containers)("%s owns its volumes: the image declares them, or Fargate would give them to root", (name, { mountPoints = [] }) => {
  const volumes = /^VOLUME (\[.*\])$/m.exec(readFileSync(join(services, name, "Dockerfile"), "utf8"))?.[1] ?? "[]";
  for (const { containerPath, sourceVolume } of mountPoints) {
    expect(JSON.parse(volumes)).toContain(containerPath);
    expect(definition.volumes).toContainEqual({ name: sourceVolume });
  }
});

it.each(containers)("%s takes users and passwords as secrets", (_name, { environment = [], secrets = [] }) => {
  for (const { name = "" } of environment) expect(name).not.toMatch(/PASSWORD|SECRET|_USER$/);
  for (const { valueFrom = "" } of secrets) expect(valueFrom).toMatch(/^__[A-Z_]+_SECRET_ARN__:(username|password)::$/);
});

it("starts what others need first, and waits until it is healthy", () => {
  const needs = Object.fromEntries(containers.map(([name, { dependsOn = [] }]) => [name, dependsOn.map(({ containerName, condition }) => `${String(containerName)} ${String(condition)}`)]));
  expect(needs).toEqual({ proxy: ["backend HEALTHY", "frontend HEALTHY"], frontend: [], backend: ["database HEALTHY"], database: [] });
});
