import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";
import { boundaryArn } from "../boundary/boundary.ts";
import type { Arns } from "../policies/arns.ts";
import { Role, trustsService } from "../roles/role.ts";
import type { Database } from "./database.ts";

export interface PrepareTaskProps {
  readonly environment: Environment;
  readonly arns: Arns;
  readonly database: Database;
  /** Secret's name -> ARN. */
  readonly secretArns: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  readonly logGroupArn: string;
  readonly keyArn: string;
}

/** psql of the sidecar's version. */
const image = "public.ecr.aws/docker/library/postgres:17.7-trixie";

/**
 * Makes the application's two users and its database on RDS; run once before the first
 * release, and again after `npm run secrets` has put new passwords. It is the only one
 * who is given the master's password, so no host and no person needs it.
 */
export class PrepareTask extends Construct {
  readonly family: string;

  constructor(scope: Construct, id: string, { environment, arns, database, secretArns, logGroupName, logGroupArn, keyArn }: PrepareTaskProps) {
    super(scope, id);
    const { names, region, application } = environment;
    const [backend, migration] = usersOf(secretArns, application.release.secrets);
    const role = new Role(this, "role", {
      name: names.of("role", "prepare-database"),
      boundaryArn: boundaryArn(arns, application),
      description: "Reads the passwords that prepare-database sets",
      trust: [trustsService("ecs-tasks.amazonaws.com", "ECS prepares this task with it.", arns)],
      statements: [
        { sid: "ReadSecrets", why: "The master's, who makes the two users, and theirs.", actions: ["secretsmanager:GetSecretValue"], resources: [database.masterSecretArn, ...Object.values(secretArns)] },
        { sid: "DecryptSecrets", why: "They are encrypted by the environment's key.", actions: ["kms:Decrypt"], resources: [keyArn], conditions: [{ test: "StringEquals", variable: "kms:ViaService", values: [`secretsmanager.${region}.amazonaws.com`] }] },
        { sid: "OpenLogStreams", why: "Its output goes where the containers' does.", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [`${logGroupArn}:log-stream:prepare/*`] },
      ],
    });
    const secret = (name: string, arn: string, key: string) => ({ name, valueFrom: `${arn}:${key}::` });
    const container = {
      name: "prepare",
      image,
      essential: true,
      user: "postgres",
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      entryPoint: ["sh", "-ec"],
      command: [`printf '%s' "$PREPARE_SQL" | psql --no-psqlrc --quiet --dbname=postgres`],
      environment: [
        { name: "PGHOST", value: database.address },
        { name: "PGPORT", value: String(database.port) },
        { name: "PGSSLMODE", value: "require" },
        { name: "NOTES_DATABASE", value: application.project },
        { name: "PREPARE_SQL", value: readFileSync(join(import.meta.dirname, "prepare.sql"), "utf8") },
      ],
      secrets: [
        secret("PGUSER", database.masterSecretArn, "username"),
        secret("PGPASSWORD", database.masterSecretArn, "password"),
        secret("NOTES_BACKEND_USER", backend, "username"),
        secret("NOTES_BACKEND_PASSWORD", backend, "password"),
        secret("NOTES_MIGRATION_USER", migration, "username"),
        secret("NOTES_MIGRATION_PASSWORD", migration, "password"),
      ],
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": logGroupName, "awslogs-region": region, "awslogs-stream-prefix": "prepare" } },
    };
    this.family = names.of("family", "prepare-database");
    new EcsTaskDefinition(this, "task", {
      family: this.family,
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      executionRoleArn: role.arn,
      containerDefinitions: JSON.stringify([container]),
    });
  }
}

/** The secrets' names end with what they are for. */
function usersOf(arns: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): readonly [backend: string, migration: string] {
  const of = (what: string): string => {
    const name = Object.values(secrets).find((secret) => secret.endsWith(`/${what}`));
    const arn = name === undefined ? undefined : arns[name];
    if (arn === undefined) throw new Error(`With database external, release.secrets of gitops.json needs a secret whose name ends with /${what}; it has: ${Object.values(secrets).join(", ")}.`);
    return arn;
  };
  return [of("backend"), of("migration")];
}
