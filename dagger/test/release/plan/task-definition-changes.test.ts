import { expect, it } from "vitest";
import type { TaskDefinitionBody } from "../../../src/release/have.ts";
import { taskDefinitionChanges } from "../../../src/release/task-definition-changes.ts";

const of = (container: TaskDefinitionBody, task: TaskDefinitionBody = {}): TaskDefinitionBody => ({ ...task, containerDefinitions: [{ name: "web", ...container }] });

it.each<[string, TaskDefinitionBody, TaskDefinitionBody]>([
  ["essential", of({}), of({ essential: true })],
  ["a port's protocol and host port", of({ portMappings: [{ containerPort: 80 }] }), of({ portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }] })],
  ["empty lists", of({}), of({ environment: [], mountPoints: [], volumesFrom: [], systemControls: [] }, { volumes: [], placementConstraints: [] })],
  ["a health check's times", of({ healthCheck: { command: ["CMD", "x"] } }), of({ healthCheck: { command: ["CMD", "x"], interval: 30, timeout: 5, retries: 3, startPeriod: 0 } })],
  ["flags that are off", of({}), of({ privileged: false, readonlyRootFilesystem: false, linuxParameters: { initProcessEnabled: false } })],
  ["sizes in words", of({}, { cpu: "1 vCPU", memory: "2 GB" }), of({}, { cpu: "1024", memory: "2048" })],
  ["the platform of everybody", of({}), of({}, { runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" } })],
  ["a volume's empty host, which ECS adds", of({}, { volumes: [{ name: "scratch" }] }), of({}, { volumes: [{ name: "scratch", host: {} }] })],
  ["the order of variables", of({ environment: [{ name: "A", value: "1" }, { name: "B", value: "2" }] }), of({ environment: [{ name: "B", value: "2" }, { name: "A", value: "1" }] })],
  ["what only an answer has", of({}), of({}, { revision: 7, status: "ACTIVE", registeredBy: "x", compatibilities: ["EC2", "FARGATE"] })],
])("takes %s for no difference", (_what, one, other) => {
  expect(taskDefinitionChanges(one, other)).toEqual([]);
});

it.each<[string, TaskDefinitionBody, TaskDefinitionBody, object]>([
  ["a container that may end", of({}), of({ essential: false }), { path: "containers.web.essential", to: "false" }],
  ["a command", of({ command: ["a"] }), of({ command: ["b"] }), { path: "containers.web.command", from: '["a"]', to: '["b"]' }],
  ["a variable that goes", of({ environment: [{ name: "A", value: "1" }] }), of({}), { path: "containers.web.environment.A", from: "1" }],
  ["a secret's place", of({}), of({ secrets: [{ name: "DB", valueFrom: "arn:x" }] }), { path: "containers.web.secrets.DB", to: "arn:x" }],
  ["ARM", of({}), of({}, { runtimePlatform: { cpuArchitecture: "ARM64" } }), { path: "runtimePlatform.cpuArchitecture", to: "ARM64" }],
  ["a port that is new", of({}), of({ portMappings: [{ containerPort: 80 }] }), { path: "containers.web.portMappings.80", to: "yes" }],
])("shows %s", (_what, one, other, change) => {
  expect(taskDefinitionChanges(one, other)).toEqual([change]);
});

it("shows a container that comes, or goes, as one change, with its image", () => {
  const more: TaskDefinitionBody = { containerDefinitions: [{ name: "web" }, { name: "cache", image: "valkey:9", portMappings: [{ containerPort: 6379 }], environment: [{ name: "A", value: "1" }] }] };
  expect(taskDefinitionChanges(of({}), more)).toEqual([{ path: "containers.cache", to: "valkey:9" }]);
  expect(taskDefinitionChanges(more, of({}))).toEqual([{ path: "containers.cache", from: "valkey:9" }]);
  expect(taskDefinitionChanges({}, { ...more, cpu: "256" })).toEqual([{ path: "containers.web", to: "" }, { path: "containers.cache", to: "valkey:9" }, { path: "cpu", to: "256" }]);
});

it("shows no value that looks like a secret", () => {
  const one = of({ environment: [{ name: "DB_PASSWORD", value: "planted-1" }, { name: "DATABASE_URL", value: "postgres://notes:planted-2@localhost/notes" }] });
  const changes = taskDefinitionChanges(one, of({}));
  expect(changes.map(({ from }) => from)).toEqual(["postgres://(not shown)@localhost/notes", "(not shown)"]);
});

it.each<[string, TaskDefinitionBody]>([
  ["DB_PWD", { environment: [{ name: "DB_PWD", value: "planted" }] }],
  ["SIGNING_KEY", { environment: [{ name: "SIGNING_KEY", value: "planted" }] }],
  ["SSH_PASSPHRASE", { environment: [{ name: "SSH_PASSPHRASE", value: "planted" }] }],
  ["a name with dots", { environment: [{ name: "spring.datasource.password", value: "planted" }] }],
  ["a DSN", { environment: [{ name: "DSN", value: "host=localhost password=planted user=a" }] }],
  ["an argument", { command: ["psql", "--password=planted"] }],
  ["two arguments", { command: ["psql", "--password", "planted"] }],
  ["a health check", { healthCheck: { command: ["CMD-SHELL", "PGPASSWORD='planted' pg_isready"] } }],
  ["a log driver's option", { logConfiguration: { logDriver: "splunk", options: { "splunk-token": "planted" } } }],
])("shows no secret of %s", (_what, container) => {
  const changes = taskDefinitionChanges(of({}), of(container));
  expect(JSON.stringify(changes)).toContain("(not shown)");
  expect(JSON.stringify(changes)).not.toContain("planted");
});

it.each<[string, TaskDefinitionBody]>([
  ["a secret is kept", { secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/password-AbCdEf:password::" }] }],
  ["an ARN leads", { environment: [{ name: "WHERE", value: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/password-AbCdEf" }] }],
  ["an image is", { image: `h/notes-backend:token@sha256:${"0".repeat(64)}` }],
  ["a service is", { environment: [{ name: "API_URL", value: "http://localhost:3001/a" }] }],
])("shows where %s", (_what, container) => {
  expect(JSON.stringify(taskDefinitionChanges(of({}), of(container)))).not.toContain("(not shown)");
});
