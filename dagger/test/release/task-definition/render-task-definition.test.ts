import { describe, expect, it } from "vitest";
import type { RenderSettings } from "../../../src/release/task-definition/render-task-definition.ts";
import { renderTaskDefinition, sidecarFinding, sidecarNote } from "../../../src/release/task-definition/render-task-definition.ts";
import type { Template } from "../../../src/release/task-definition/parse-template.ts";
import { TemplateError } from "../../../src/release/task-definition/template-finding.ts";
import { digest, lineWith, path, shop, shopInputs, shopSettings, shopValues, written } from "../fixtures/task-definition.ts";
import { templateValues } from "../../../src/release/task-definition/template-values.ts";

const settings = (changes: Partial<RenderSettings> = {}): RenderSettings => ({ values: shopValues(), family: "shop-task", settings: shopSettings(), ...changes });
const externalDatabase = { DATABASE_HOST: "__DATABASE_SECRET__:host::" };
const external = (more: Readonly<Record<string, unknown>> = { externalDatabase }): RenderSettings["settings"] => shopSettings({ database: "external", ...more });

function findingsOf(template: Template, changed: Partial<RenderSettings> = {}): string[] {
  try {
    renderTaskDefinition(template, settings(changed));
  } catch (error) {
    if (error instanceof TemplateError) return error.findings.map(({ check, where, what }) => `${check} ${where}: ${what}`);
    throw error;
  }
  return [];
}

type Task = ReturnType<typeof shop>;
/** A shop in which something is different. */
function changed(change: (task: Task, containers: { web: Task["containerDefinitions"][number]; api: Task["containerDefinitions"][number] }) => void): Task {
  const task = shop();
  const [web, api] = task.containerDefinitions;
  if (web === undefined || api === undefined) throw new Error("the shop has no containers");
  change(task, { web, api });
  return task;
}

describe("placeholders", () => {
  it("are replaced everywhere, as a part of a text too", () => {
    const { body } = renderTaskDefinition(written(shop()), settings());
    expect(body).toMatchObject({
      family: "shop-task",
      executionRoleArn: "arn:aws:iam::123456789012:role/shop-execution",
      taskRoleArn: "arn:aws:iam::123456789012:role/shop-task",
      containerDefinitions: [
        { image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-web@${digest}`, logConfiguration: { options: { "awslogs-region": "eu-west-1" } } },
        { environment: [{}, { name: "LOG_LEVEL", value: "info" }], secrets: [{ valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf:password::" }] },
        {},
      ],
    });
    expect(JSON.stringify(body)).not.toContain("__");
  });

  it("have the roles of the partition that the region is in", () => {
    const values = templateValues(shopInputs({ region: "us-gov-west-1" }));
    expect(values.get("TASK_ROLE_ARN")?.value).toBe("arn:aws-us-gov:iam::123456789012:role/shop-task");
  });

  it("are not looked for in what was put in their place", () => {
    const odd = shopSettings({ values: { LOG_LEVEL: "__COMMIT__" } });
    const { body } = renderTaskDefinition(written(shop()), settings({ values: shopValues({}, odd), settings: odd }));
    expect(JSON.stringify(body)).toContain('"value":"__COMMIT__"');
  });

  it("that are unknown, without a value or unused are named all at once, with their lines", () => {
    const task = changed((_task, { web }) => {
      web.image = "__WEBB_IMAGE__";
      web.environment = [{ name: "A", value: "x-__lower_case__-__BACK-END__ __init__" }];
    });
    const values = shopValues({ images: { api: `x@${digest}` }, secrets: {} });
    expect(findingsOf(written(task), { values })).toEqual([
      `placeholder-unknown ${path}:${String(lineWith(task, "__WEBB"))}: __WEBB_IMAGE__ is not known.`,
      ...["__lower_case__", "__BACK-END__", "__init__"].map((name) => `placeholder-unknown ${path}:${String(lineWith(task, "__lower"))}: ${name} is not known.`),
      `placeholder-unresolved ${path}:${String(lineWith(task, "__DATABASE_SECRET"))}: __DATABASE_SECRET__ has no value (release.secrets.DATABASE_SECRET in gitops.json: Secrets Manager has no secret shop/database that may be seen).`,
      `placeholder-unresolved ${path}:${String(lineWith(task, "__DATABASE_IMAGE"))}: __DATABASE_IMAGE__ has no value (services.database in gitops.json: no image of this commit is in shop-database).`,
      expect.stringMatching(/^placeholder-unresolved .*DATABASE_SECRET__ has no value/) as string,
      `placeholder-unused ${path}: __WEB_IMAGE__ is nowhere in it.`,
    ]);
  });

  it("that nobody has to use may be absent", () => {
    expect(findingsOf(written(changed((task) => Object.assign(task, { taskRoleArn: undefined }))))).toEqual([]);
  });

  it("in a key are refused", () => {
    const task = { ...shop(), tags: [], containerDefinitions: shop().containerDefinitions.map((container) => ({ ...container, dockerLabels: { __COMMIT__: "x" } })) };
    expect(findingsOf(written(task))).toHaveLength(3);
    expect(findingsOf(written(task))[0]).toBe(`placeholder-unknown ${path}:${String(lineWith(task, "__COMMIT__"))}: __COMMIT__ stands in a key, where no placeholder is filled in.`);
  });

  it("of a service with a hyphen have an underscore", () => {
    const values = templateValues(shopInputs({ services: ["note-taker"], images: { "note-taker": "x" } }));
    expect(values.get("NOTE_TAKER_IMAGE")?.value).toBe("x");
  });
});

describe("what the template says against gitops.json", () => {
  it.each([
    ["another family", { family: "other-task" }, "family", `The family is shop-task; gitops.json has other-task.`],
    ["no such container", { settings: shopSettings({ container: "proxy" }) }, "containerDefinitions", "There is no container proxy, to which release.container of gitops.json sends users' requests; there are: web, api, database."],
    ["no such port", { settings: shopSettings({ port: 80 }) }, "portMappings", "Container web does not map port 80, which release.port of gitops.json has."],
  ])("is refused: %s", (_name, change, line, what) => {
    expect(findingsOf(written(shop()), change)).toEqual([`disagrees-with-gitops ${path}:${String(lineWith(shop(), line))}: ${what}`]);
  });

  it("is refused: a container for users that is not essential", () => {
    const task = changed((_task, { web }) => (web.essential = false));
    expect(findingsOf(written(task))).toEqual([`disagrees-with-gitops ${path}:${String(lineWith(task, '"essential": false'))}: Container web is not essential: a task would count as running without it.`]);
  });

  it("is refused: a port of another protocol", () => {
    const task = changed((_task, { web }) => Object.assign(web, { portMappings: [{ containerPort: 8080, protocol: "udp" }] }));
    expect(findingsOf(written(task))).toHaveLength(1);
  });
});

describe("the database", () => {
  it("in the task is warned of each time", () => {
    expect(renderTaskDefinition(written(shop()), settings()).notes).toEqual([sidecarNote]);
  });

  it("is warned of only where there is one", () => {
    const task = changed((all, { api }) => {
      all.containerDefinitions.pop();
      api.dependsOn = [];
      all.containerDefinitions = all.containerDefinitions.map((container) => ({ ...container, image: container.name === "api" ? "__API_IMAGE__ __DATABASE_IMAGE__" : container.image }));
    });
    expect(renderTaskDefinition(written(task), settings()).notes).toEqual([]);
  });

  it.each([
    [1, false],
    [2, true],
    [3, true],
  ])("in the task of a service of %i tasks is refused: %s", (desiredCount, isRefused) => {
    const { body } = renderTaskDefinition(written(shop()), settings());
    expect(sidecarFinding(body, desiredCount)).toEqual(isRefused ? expect.objectContaining({ check: "database-in-each-task", level: "no" }) : undefined);
  });

  it("outside of the task takes its container, what waits for it and its volumes away, and the connection from a secret", () => {
    const { body, notes } = renderTaskDefinition(written(shop()), settings({ settings: external() }));
    expect(notes).toEqual([]);
    expect(sidecarFinding(body, 5)).toBeUndefined();
    expect(body["volumes"]).toEqual([{ name: "scratch" }]);
    expect(body["containerDefinitions"]).toEqual([
      expect.objectContaining({ name: "web", dependsOn: [{ containerName: "api", condition: "HEALTHY" }] }),
      {
        name: "api",
        image: expect.any(String) as string,
        essential: true,
        portMappings: [{ containerPort: 3001 }],
        environment: [{ name: "LOG_LEVEL", value: "info" }],
        secrets: [
          { name: "DATABASE_PASSWORD", valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf:password::" },
          { name: "DATABASE_HOST", valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf:host::" },
        ],
        healthCheck: { command: ["CMD", "check-http", "3001", "/ready"] },
        logConfiguration: expect.anything() as object,
      },
    ]);
  });

  it("outside of the task needs no image", () => {
    const values = shopValues({ images: { web: `w@${digest}`, api: `a@${digest}` } });
    expect(findingsOf(written(shop()), { values, settings: external() })).toEqual([]);
  });

  it("outside of the task makes secrets where a container had none", () => {
    const task = changed((_task, { api }) => Object.assign(api, { secrets: undefined }));
    const { body } = renderTaskDefinition(written(task), settings({ settings: external() }));
    expect(JSON.stringify(body)).toContain('"secrets":[{"name":"DATABASE_HOST","valueFrom":"arn:');
  });

  it.each([
    ["DATABASE_HOST", "localhost"],
    ["DB_HOST", "127.0.0.1"],
    ["CONNECTION", "postgres://notes@localhost:5432/notes"],
  ])("outside of the task may not be looked for in it: %s=%s", (name, value) => {
    const task = changed((_task, { api }) => (api.environment = [{ name, value }, { name: "LEVEL", value: "__LOG_LEVEL__" }]));
    const found = findingsOf(written(task), { settings: external({}) });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^database-still-local ${path}:\\d+: Container api looks for the database at (localhost|127\\.0\\.0\\.1) \\(${name}\\)`));
  });

  it("outside of the task is not what another port of localhost is", () => {
    const task = changed((_task, { api }) => (api.environment = [{ name: "CACHE", value: "redis://localhost:6379" }, { name: "LEVEL", value: "__LOG_LEVEL__" }]));
    expect(findingsOf(written(task), { settings: external({}) })).toEqual([]);
  });

  it("outside of the task may have a secret that the one in it does not use", () => {
    const more = shopSettings({ secrets: { DATABASE_SECRET: "shop/database", RDS_SECRET: "shop/rds" }, externalDatabase: { DATABASE_HOST: "__RDS_SECRET__:host::" } });
    const values = shopValues({ secrets: { DATABASE_SECRET: "arn:a", RDS_SECRET: "arn:b" } }, more);
    expect(findingsOf(written(shop()), { values, settings: more })).toEqual([]);
    expect(JSON.stringify(renderTaskDefinition(written(shop()), settings({ values, settings: { ...more, database: "external" } })).body)).toContain("arn:b:host::");
  });

  it.each(["__DATABSE_SECRET__:host::", "__database_secret__:host::"])("outside of the task takes no placeholder that is unknown: %s", (from) => {
    const name = from.split(":")[0] ?? "";
    for (const database of ["external", "sidecar"]) {
      expect(findingsOf(written(shop()), { settings: external({ database, externalDatabase: { DATABASE_HOST: from } }) })).toEqual([`placeholder-unknown gitops.json: release.externalDatabase.DATABASE_HOST has ${name}, which is not known.`]);
    }
  });

  it("outside of the task is connected by variables that there are", () => {
    expect(findingsOf(written(shop()), { settings: external({ externalDatabase: { ...externalDatabase, DATABASE_HOSTT: "x" } }) })).toEqual([`variable-unknown ${path}: No container has the variable DATABASE_HOSTT, which release.externalDatabase of gitops.json sets.`]);
  });
});
