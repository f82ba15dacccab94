import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfiguration } from "../../src/constructs/monitoring/configuration.ts";
import { statementsOf } from "../support/account.ts";
import { environmentStack } from "../support/synth.ts";

const folder = join(import.meta.dirname, "../../../services/monitoring");
const values = { ALERTS_TOPIC_ARN: "arn:aws:sns:eu-west-1:111122223333:notes-alerts", AWS_REGION: "eu-west-1", CLUSTER: "notes-cluster", TASK_FAMILY: "notes-task", METRICS_PORT: "3001" };
const { files, version } = readConfiguration(values);
const yaml = (path: string): unknown => parse(files[path] ?? "");
const lab = environmentStack();

describe("the host", () => {
  const host = lab.one("aws_instance");

  it("has no public address, no key, no user data, an encrypted disk, and credentials for whoever asks with a token", () => {
    expect(host).toMatchObject({ associate_public_ip_address: false, metadata_options: { http_tokens: "required", http_put_response_hop_limit: 1 }, root_block_device: { encrypted: true }, vpc_security_group_ids: ["${aws_security_group.security-groups-monitoring.id}"] });
    for (const member of ["key_name", "user_data", "user_data_base64"]) expect(host).not.toHaveProperty(member);
    expect(lab.one("aws_subnet", String(host["subnet_id"]).split(".")[1] ?? "")).not.toMatchObject({ map_public_ip_on_launch: true });
  });

  it("is installed by Session Manager from the objects of this commit, each by name, and again when one has changed", () => {
    const document = z.object({ mainSteps: z.array(z.object({ inputs: z.object({ runCommand: z.array(z.string()) }) })) }).parse(JSON.parse(String(lab.one("aws_ssm_document", "monitoring-document")["content"])));
    const commands = document.mainSteps[0]?.inputs.runCommand ?? [];
    const objects = Object.values(lab.all("aws_s3_object"));
    expect(objects.length).toBe(Object.keys(readConfiguration(values).files).length);
    for (const { key } of objects) expect(commands.some((command) => command.includes(`/${String(key)}'`)), String(key)).toBe(true);
    expect(commands.join("\n")).not.toMatch(/git |curl |--recursive/);
    expect(readConfiguration({ ...values, METRICS_PORT: "3002" }).version).not.toBe(version);
  });

  it("may read its configuration and nothing that is secret", () => {
    const actions = statementsOf(lab, "monitoring-role-may").flatMap((statement) => statement.actions);
    expect(actions.filter((action) => /^(secretsmanager|ssm:GetParam|rds|iam)/.test(action))).toEqual([]);
  });

  it("hands its files on as they are: what is ${…} there is not Terraform's", () => {
    const unit = Object.values(lab.all("aws_s3_object")).find(({ key }) => String(key).endsWith("notes-prometheus.service"));
    expect(String(unit?.["content"]).replaceAll("$${", "${")).toBe(files["host/units/notes-prometheus.service"]);
    expect(String(unit?.["content"])).not.toMatch(/(^|[^$])\$\{/);
  });

  it("is not there where the settings say so, or where it has no private way to its images", () => {
    for (const environment of [{ monitoring: false }, { network: { egress: "endpoints" } }, { network: { defaultVpc: true } }]) expect(environmentStack({ environment }).all("aws_instance")).toEqual({});
  });
});

describe("its configuration", () => {
  it("is YAML and JSON that can be read, with every name filled in", () => {
    for (const [path, text] of Object.entries(files)) {
      expect(text, path).not.toMatch(/__[A-Z_]+__/);
      if (path.endsWith(".yml")) expect(() => parse(text) as unknown, path).not.toThrow();
      if (path.endsWith(".json")) expect(() => JSON.parse(text) as unknown, path).not.toThrow();
    }
    expect(Object.keys(files).length).toBeGreaterThan(12);
  });

  it("has no password and no key", () => {
    expect(Object.values(files).join("\n")).not.toMatch(/^\s*[\w-]*(password|secret_key|access_key|token)[\w-]*\s*[:=]|--env=?\s*\w*(PASSWORD|SECRET|TOKEN)\w*=/im);
  });

  it("asks for metrics that the backend has", () => {
    const ours = readFileSync(join(folder, "../backend/src/http/request-metrics.ts"), "utf8");
    const prefix = /prefix: '(\w+)'/.exec(readFileSync(join(folder, "../backend/src/app-module.ts"), "utf8"))?.[1] ?? "none";
    const ofNode = ["nodejs_eventloop_lag_p99_seconds", "process_resident_memory_bytes"].map((name) => `${prefix}${name}`);
    const declared = [...ours.matchAll(/= '(http_\w+)';/g)].map(([, name = ""]) => name);
    expect(declared).toEqual(["http_requests_total", "http_request_duration_seconds"]);
    const recorded = rules().flatMap(({ record }) => (record === undefined ? [] : [record]));
    const known = new Set([...declared, "http_request_duration_seconds_bucket", ...ofNode, ...recorded, "up", "alertmanager_notifications_failed_total"]);
    for (const expression of expressions()) expect(metricsIn(expression).filter((name) => !known.has(name)), expression).toEqual([]);
  });

  it("asks for labels that these metrics and the discovered tasks have", () => {
    const has = new Set(["method", "path", "status_code", "le", "job", "revision", "task", "zone"]);
    for (const expression of expressions()) expect([...expression.matchAll(/by \(([^)]+)\)|(\w+)=~?"/g)].flatMap(([, by, label]) => (by ?? label ?? "").split(/,\s*/)).filter((label) => !has.has(label)), expression).toEqual([]);
    expect(files["host/discover-tasks.sh"]).toContain("revision: taskDefinitionArn, task: taskArn, zone: availabilityZone");
  });

  it("sends alerts to the account's topic, signed by the host's role", () => {
    expect(yaml("alertmanager/alertmanager.yml")).toMatchObject({ route: { receiver: "people" }, receivers: [{ name: "people", sns_configs: [{ topic_arn: values.ALERTS_TOPIC_ARN, sigv4: { region: "eu-west-1" } }] }] });
  });

  it("says of every alert what it is and how urgent", () => {
    const alerts = rules().filter(({ alert }) => alert !== undefined);
    expect(alerts.length).toBeGreaterThan(4);
    for (const { alert, labels, annotations, for: time } of alerts) {
      expect(["page", "ticket"], alert).toContain(labels?.["severity"]);
      expect(annotations?.["summary"], alert).toMatch(/\w/);
      expect(time, alert).toMatch(/^\d+m$/);
    }
  });

  it("looks for tasks where the host writes them, on the port that the backend has", () => {
    expect(yaml("prometheus/prometheus.yml")).toMatchObject({ scrape_configs: expect.arrayContaining([expect.objectContaining({ job_name: "notes-backend", metrics_path: "/metrics", file_sd_configs: [{ files: ["/targets/tasks.json"], refresh_interval: "15s" }] })]) as unknown });
    expect(files["host/units/notes-prometheus.service"]).toContain("/var/lib/notes-monitoring/targets:/targets:ro");
    expect(files["host/discover-tasks.sh"]).toContain("out=/var/lib/notes-monitoring/targets/tasks.json");
    expect(files["host/host.env"]).toContain("METRICS_PORT=3001");
  });

  it("pins each image's version, and has a unit for each", () => {
    const images = [...(files["host/host.env"] ?? "").matchAll(/^(\w+)_IMAGE=(\S+)$/gm)];
    expect(images.map(([, name = ""]) => name.toLowerCase())).toEqual(["prometheus", "alertmanager", "grafana", "jaeger"]);
    for (const [, name = "", image] of images) {
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      expect(files[`host/units/notes-${name.toLowerCase()}.service`]).toContain(`\${${name}_IMAGE}`);
    }
    expect(readdirSync(join(folder, "host/units")).filter((name) => name.endsWith(".service"))).toHaveLength(5);
  });
});

const rulesSchema = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ record: z.string().optional(), alert: z.string().optional(), expr: z.string(), for: z.string().optional(), labels: z.record(z.string(), z.string()).optional(), annotations: z.record(z.string(), z.string()).optional() })) })) });

function rules() {
  return rulesSchema.parse(yaml("prometheus/rules/notes.yml")).groups.flatMap((group) => group.rules);
}

function expressions(): string[] {
  const dashboard = z.object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) }).parse(JSON.parse(files["grafana/dashboards/notes.json"] ?? ""));
  return [...rules().map(({ expr }) => expr), ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))];
}

/** The names of an expression that are no function, label or keyword. */
function metricsIn(expression: string): string[] {
  const bare = expression.replaceAll(/\{[^}]*\}/g, "").replaceAll(/\bby\s*\([^)]*\)/g, "").replaceAll(/\[[^\]]*\]/g, "").replaceAll(/"[^"]*"/g, "");
  const keywords = new Set(["sum", "max", "rate", "and", "or", "unless", "absent", "histogram_quantile"]);
  return [...bare.matchAll(/[a-z_:][a-z0-9_:]*/gi)].map(([name]) => name).filter((name) => !keywords.has(name));
}
