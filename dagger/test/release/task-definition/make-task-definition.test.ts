import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readTemplateFiles } from "../../../src/release/task-definition/template-files.ts";
import { composeServices } from "../../../src/release/awsvpc-lint/compose-services.ts";
import { parseConfig } from "../../../src/config.ts";
import { awsNames, type ReleaseSettings } from "../../../src/release/release-settings.ts";
import { makeTaskDefinition, type MakeTaskDefinitionInputs } from "../../../src/release/task-definition/make-task-definition.ts";
import { sidecarNote } from "../../../src/release/task-definition/render-task-definition.ts";
import { templateSchema } from "../../../src/release/task-definition/template-schema.ts";
import { TemplateError } from "../../../src/release/task-definition/template-finding.ts";
import { digest, path, shop, shopInputs, shopSettings } from "../fixtures/task-definition.ts";

/** The Notes application, as its own files say. */
const file = (name: string): string => readFileSync(new URL(`../../../../${name}`, import.meta.url), "utf8");
const config = parseConfig(file("gitops.json"));

async function notes(changes: Partial<ReleaseSettings> = {}, change: (text: string) => string = (text) => text): Promise<MakeTaskDefinitionInputs> {
  if (config.release === undefined) throw new Error("gitops.json has no release");
  const settings = { ...config.release, ...changes };
  const services = Object.keys(config.services);
  return {
    project: config.project,
    names: awsNames(config.project, settings),
    settings,
    account: "123456789012",
    region: "eu-west-1",
    commit: "0".repeat(40),
    services,
    images: Object.fromEntries(services.map((service) => [service, `123456789012.dkr.ecr.eu-west-1.amazonaws.com/notes-${service}@${digest}`])),
    secrets: Object.fromEntries(Object.entries(settings.secrets).map(([key, name]) => [key, `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`])),
    ...(await readTemplateFiles(settings, async (of) => Promise.resolve(of === settings.taskDefinition ? change(file(of)) : file(of)))),
  };
}

function findingsOf(inputs: MakeTaskDefinitionInputs): string[] {
  try {
    makeTaskDefinition(inputs);
  } catch (error) {
    if (error instanceof TemplateError) return error.findings.map(({ check, where, what, next }) => `${check} ${where}: ${what} ${next}`);
    throw error;
  }
  return [];
}

it("makes the Notes task of four containers, with nothing to find fault with", async () => {
  const { body, notes: said, warnings } = makeTaskDefinition(await notes());
  expect((body["containerDefinitions"] as { name: string }[]).map(({ name }) => name).toSorted()).toEqual(["backend", "database", "frontend", "proxy"]);
  expect(body).toMatchObject({ family: "notes-task", cpu: "2048", memory: "4096", executionRoleArn: "arn:aws:iam::123456789012:role/notes-execution" });
  expect(said).toEqual([sidecarNote]);
  expect(warnings).toEqual([]);
});

it("makes the Notes task of containers that have no more than they need", async () => {
  const { body } = makeTaskDefinition(await notes());
  for (const container of templateSchema.parse(body).containerDefinitions) {
    expect(container).toMatchObject({ essential: true, readonlyRootFilesystem: true, linuxParameters: { initProcessEnabled: true }, stopTimeout: expect.any(Number) as number, logConfiguration: { logDriver: "awslogs" }, healthCheck: { command: expect.any(Array) as string[] } });
    expect(container.user).toMatch(/^(?!0$|root$)\w/);
    expect((container.environment ?? []).map(({ name }) => name).filter((name) => /USER|PASSWORD/.test(name))).toEqual([]);
  }
  const waitsFor = templateSchema.parse(body).containerDefinitions.find(({ name }) => name === "proxy")?.dependsOn;
  expect(waitsFor?.map(({ containerName, condition }) => `${containerName} ${condition}`).toSorted()).toEqual(["backend HEALTHY", "frontend HEALTHY"]);
});

it("makes the Notes task without its database", async () => {
  const { body, notes: said } = makeTaskDefinition(await notes({ database: "external" }));
  expect((body["containerDefinitions"] as { name: string }[]).map(({ name }) => name).toSorted()).toEqual(["backend", "frontend", "proxy"]);
  expect(JSON.stringify(body)).toContain('{"name":"DATABASE_HOST","valueFrom":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:notes/database/backend-AbCdEf:host::"}');
  expect(said).toEqual([]);
});

it("finds each name that works in Compose alone, with its line and the form to use", async () => {
  const asInCompose = (text: string): string =>
    text
      .replace('"name": "BACKEND_HOST", "value": "localhost"', '"name": "BACKEND_HOST", "value": "backend"')
      .replace('"name": "DATABASE_HOST", "value": "localhost"', '"name": "DATABASE_HOST", "value": "database"')
      .replace("http://127.0.0.1:3000/healthz", "http://frontend:3000/healthz");
  const template = asInCompose(file("services/task-definition.json")).split("\n");
  const lineOf = (piece: string): string => String(template.findIndex((line) => line.includes(piece)) + 1);
  const configuration = `services/proxy/nginx.conf.template:${String(file("services/proxy/nginx.conf.template").split("\n").findIndex((line) => line.includes("set $backend")) + 1)}`;
  const why = "in a Fargate task it resolves nowhere, because all containers share one network.";
  const of = (name: string): string => `${name}, a name that only Compose knows: ${why}`;
  expect(findingsOf(await notes({}, asInCompose)).toSorted()).toEqual(
    [
      `awsvpc-host-name ${path}:${lineOf('"BACKEND_HOST"')}: Container proxy: the variable BACKEND_HOST looks up ${of("backend")} Write localhost, where its port is 3001.`,
      `awsvpc-host-name ${path}:${lineOf('"DATABASE_HOST"')}: Container backend: the variable DATABASE_HOST looks up ${of("database")} Write localhost, where its port is 5432.`,
      `awsvpc-host-name ${path}:${lineOf("http://frontend")}: Container frontend: its health check looks up ${of("frontend")} Write http://localhost:3000.`,
      `awsvpc-host-name ${configuration}: The configuration of proxy looks up ${of("backend")} Write http://localhost:3001.`,
    ].toSorted(),
  );
});

it("knows a Compose file's name that no container has", async () => {
  const inputs = await notes({}, (text) => text.replace('"name": "NODE_ENV", "value": "production"', '"name": "MAIL_HOST", "value": "mailhog"'));
  expect(findingsOf({ ...inputs, composeServices: [...inputs.composeServices, "mailhog"] })).toEqual([expect.stringContaining("the variable MAIL_HOST looks up mailhog")]);
  expect(findingsOf(inputs)).toEqual([]);
});

it("finds names in a file that is configured for them by no variable", () => {
  const inputs = { ...shopInputs(), template: { path, text: JSON.stringify(shop()) }, composeServices: [], configurations: [{ container: "web", path: "web/nginx.conf", text: "# ours\nserver {\n  location / { proxy_pass http://api:3001; }\n}\n" }] };
  expect(findingsOf(inputs)).toEqual([expect.stringMatching(/^awsvpc-host-name web\/nginx\.conf:3: The configuration of web looks up api,/)]);
});

it("tells everything that is wrong with a task at once, in the order of its lines: placeholders, Fargate's rules, ours, and names", () => {
  const [web, api, ...others] = shop().containerDefinitions;
  const broken = { ...shop(), memory: "1", containerDefinitions: [{ ...web, environment: [{ name: "API_URL", value: "http://api:3001" }, { name: "TOKEN", value: "planted" }] }, { ...api, image: "__APY_IMAGE__" }, ...others] };
  const found = findingsOf({ ...shopInputs(), template: { path, text: JSON.stringify(broken, null, 2) }, composeServices: [], configurations: [] });
  expect(found.map((line) => line.split(" ")[0])).toEqual(["placeholder-unused", "fargate-size", "awsvpc-host-name", "secret-in-environment", "placeholder-unknown"]);
  expect(found.join("\n")).not.toContain("planted");
});

it.each([
  ["services:\n  web:\n    image: x\n  # a comment\n  api: { image: y }\nvolumes:\n  data:\n", ["web", "api"]],
  ["name: x\nservices:\n    'web':\n        image: x\n    api_1:\n        ports:\n            - 1:2\n", ["web", "api_1"]],
  ["services: {}\n", []],
  ["", []],
])("reads the services of a Compose file: %j", (text, expected) => {
  expect(composeServices(text)).toEqual(expected);
});

it("lets a team accept a finding of ours with a reason, which is shown; what AWS would refuse, never", () => {
  const [web, ...others] = shop().containerDefinitions;
  const broken = { ...shop(), memory: "1", containerDefinitions: [{ ...web, environment: [{ name: "API_URL", value: "http://api:3001" }, { name: "CSRF_TOKEN", value: "x-csrf" }] }, ...others] };
  const inputs = (accept: ReleaseSettings["accept"], task: unknown): MakeTaskDefinitionInputs => ({ ...shopInputs({}, shopSettings({ accept })), template: { path, text: JSON.stringify(task) }, composeServices: [], configurations: [] });
  const accept = { "secret-in-environment web.CSRF_TOKEN": "it is a header's name", "awsvpc-host-name web.API_URL": "Service Connect has it", "fargate-size web.memory": "please" };
  expect(findingsOf(inputs(accept, broken)).map((line) => line.split(" ")[0])).toEqual(["fargate-size"]);
  expect(makeTaskDefinition(inputs(accept, { ...broken, memory: "2048" })).warnings.map(({ check, level, what }) => [check, level, what.split(". ").at(-1)])).toEqual([
    ["secret-in-environment", "warning", "Accepted: it is a header's name"],
    ["awsvpc-host-name", "warning", "Accepted: Service Connect has it"],
    ["accept-unused", "warning", 'release.accept has "fargate-size web.memory", and nothing of that name was found.'],
  ]);
});

it("names every file that gitops.json names and that is not there", async () => {
  const settings = { taskDefinition: "task.json", compose: "compose.yaml", configurations: { proxy: ["a.conf", "b.conf"] } };
  await expect(readTemplateFiles(settings, async (of) => Promise.resolve(of === "a.conf" ? "" : undefined))).rejects.toMatchObject({
    code: "BAD_TEMPLATE",
    findings: [
      { where: "task.json", what: "There is no such file, and release.taskDefinition of gitops.json names it." },
      { where: "compose.yaml", what: "There is no such file, and release.compose of gitops.json names it." },
      { where: "b.conf", what: "There is no such file, and release.configurations.proxy of gitops.json names it." },
    ],
  });
});
