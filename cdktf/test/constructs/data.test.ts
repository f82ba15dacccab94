import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { accountStack, statementOf, statementsOf } from "../support/account.ts";
import { environmentStack } from "../support/synth.ts";

const lab = environmentStack();
const production = environmentStack({ environment: { preset: "production" } });
const external = environmentStack({ environment: { database: "external" } });

describe("secrets", () => {
  it("are those that gitops.json names, encrypted by the environment's key, without a value", () => {
    expect(Object.values(production.all("aws_secretsmanager_secret"))).toMatchObject([
      { name: "notes/database/backend", kms_key_id: "${aws_kms_key.key-key.arn}", recovery_window_in_days: 30 },
      { name: "notes/database/migration", kms_key_id: "${aws_kms_key.key-key.arn}", recovery_window_in_days: 30 },
    ]);
    for (const stack of [lab, production]) {
      expect(stack.all("aws_secretsmanager_secret_version")).toEqual({});
      // It is a data source, and its value would stand in the state.
      expect(stack.all("data.aws_secretsmanager_random_password")).toEqual({});
      expect(stack.all("data.aws_secretsmanager_secret_version")).toEqual({});
    }
  });

  it("of a lab are free again as soon as it is destroyed", () => {
    expect(Object.values(lab.all("aws_secretsmanager_secret")).map((secret) => secret["recovery_window_in_days"])).toEqual([0, 0]);
  });
});

describe("log groups", () => {
  it("keep what containers and shells say for 30 days, encrypted by a key that CloudWatch may use for them alone", () => {
    expect(lab.one("aws_cloudwatch_log_group", "logs-containers")).toMatchObject({ name: "/ecs/notes", retention_in_days: 30, kms_key_id: "${aws_kms_key.key-key.arn}" });
    expect(lab.one("aws_cloudwatch_log_group", "logs-exec")).toMatchObject({ name: "/ecs/notes/exec", retention_in_days: 30, kms_key_id: "${aws_kms_key.key-key.arn}" });
    const use = statementOf(lab, "key-policy", "LogsUseIt");
    expect(use.principals).toEqual([{ type: "Service", identifiers: ["logs.eu-west-1.amazonaws.com"] }]);
    expect(use.condition).toMatchObject([{ test: "ArnLike", variable: "kms:EncryptionContext:aws:logs:arn" }]);
    expect(use.condition[0]?.values).toContain("arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/notes");
  });

  it("are encrypted by a key that may be used for each of them", () => {
    const patterns = statementOf(production, "key-policy", "LogsUseIt").condition[0]?.values ?? [];
    const covers = (name: string) => patterns.some((pattern) => new RegExp(`:log-group:${pattern.split(":log-group:")[1]?.replaceAll("*", ".*") ?? "-"}$`).test(`:log-group:${name}`));
    const encrypted = Object.values(production.all("aws_cloudwatch_log_group")).filter((group) => group["kms_key_id"] !== undefined);
    expect(encrypted.map(({ name }) => String(name)).filter((name) => !covers(name))).toEqual([]);
    expect(encrypted.length).toBeGreaterThan(2);
  });
});

describe("production's database", () => {
  it("is encrypted, in two zones, private, backed up, and kept from deletion; AWS makes its master's password", () => {
    const database = production.one("aws_db_instance");
    expect(database).toMatchObject({
      engine: "postgres",
      storage_encrypted: true,
      kms_key_id: "${aws_kms_key.key-key.arn}",
      multi_az: true,
      publicly_accessible: false,
      backup_retention_period: 14,
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "notes-database-final",
      manage_master_user_password: true,
      vpc_security_group_ids: ["${aws_security_group.security-groups-database.id}"],
    });
    expect(database).not.toHaveProperty("password");
    expect(production.one("aws_db_parameter_group")["parameter"]).toContainEqual({ name: "rds.force_ssl", value: "1" });
  });

  it("of a lab is small, in one zone, and goes without a trace", () => {
    expect(external.one("aws_db_instance")).toMatchObject({ multi_az: false, deletion_protection: false, skip_final_snapshot: true, storage_encrypted: true, backup_retention_period: 1 });
    expect(lab.all("aws_db_instance")).toEqual({});
  });

  it("has log groups that end, since RDS would make them without an end", () => {
    const exported = z.array(z.string()).parse(production.one("aws_db_instance")["enabled_cloudwatch_logs_exports"]);
    expect(Object.values(production.all("aws_cloudwatch_log_group")).map(({ name }) => name)).toEqual(expect.arrayContaining(exported.map((log) => `/aws/rds/instance/notes-database/${log}`)));
    expect(production.one("aws_db_instance")["depends_on"]).toEqual(["aws_cloudwatch_log_group.database-logs-postgresql", "aws_cloudwatch_log_group.database-logs-upgrade"]);
  });
});

describe("the task that prepares it", () => {
  const container = z.array(z.object({ environment: z.array(z.object({ name: z.string(), value: z.string() })), secrets: z.array(z.object({ name: z.string(), valueFrom: z.string() })) })).parse(JSON.parse(String(production.one("aws_ecs_task_definition", "prepare-database-task")["container_definitions"])))[0];

  it("is the only one that may read the master's password, and has the users' as secrets", () => {
    const readers = Object.keys(production.all("data.aws_iam_policy_document")).filter((document) => JSON.stringify(statementsOf(production, document)).includes("master_user_secret"));
    expect(readers).toEqual(["prepare-database-role-may"]);
    expect(container?.secrets.map(({ name }) => name)).toEqual(["PGUSER", "PGPASSWORD", "NOTES_BACKEND_USER", "NOTES_BACKEND_PASSWORD", "NOTES_MIGRATION_USER", "NOTES_MIGRATION_PASSWORD"]);
    expect(container?.environment.filter(({ name }) => /PASSWORD|USER/.test(name))).toEqual([]);
  });

  it("grants what the sidecar's own start grants", () => {
    const grants = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8").match(/^(grant|revoke|alter default privileges)[^;]*;/gms)?.map((text) => text.replaceAll(/\s+/g, " "));
    const sidecar = grants("../../../services/database/initialise.sql") ?? [];
    const rds = grants("../../src/constructs/database/prepare.sql") ?? [];
    // The superuser's databases are not ours on RDS, and the master has to be let act for the owner.
    expect(sidecar.filter((grant) => !rds.includes(grant))).toEqual(["revoke all on database postgres, template1 from public;"]);
    expect(rds.filter((grant) => !sidecar.includes(grant))).toEqual(['grant :"migration_user" to current_user;']);
    expect(container?.environment.find(({ name }) => name === "PREPARE_SQL")?.value).toContain("alter default privileges");
  });
});

describe("state", () => {
  const backendOf = (stack: { readonly json: object }) => z.object({ terraform: z.object({ backend: z.record(z.string(), z.record(z.string(), z.unknown())) }) }).parse(stack.json).terraform.backend;

  it("of production is in S3, encrypted and locked by a file; its bucket cannot be deleted", () => {
    expect(backendOf(production)).toEqual({ s3: { bucket: "notes-terraform-state-111122223333", key: "lab/terraform.tfstate", region: "eu-west-1", encrypt: true, use_lockfile: true, allowed_account_ids: ["111122223333"] } });
    const account = accountStack({ environment: { preset: "production" } });
    expect(backendOf(account)).toMatchObject({ s3: { key: "account-only/terraform.tfstate" } });
    expect(account.one("aws_s3_bucket", "state-bucket-bucket")).toMatchObject({ bucket: "notes-terraform-state-111122223333", lifecycle: { prevent_destroy: true } });
  });

  it("of a lab is a file whose path is the same on every machine", () => {
    expect(backendOf(lab)).toEqual({ local: { path: "../../../terraform.lab.tfstate" } });
    expect(accountStack().all("aws_s3_bucket")).not.toHaveProperty("state-bucket-bucket");
  });
});
