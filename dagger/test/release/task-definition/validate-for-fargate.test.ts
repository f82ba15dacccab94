import { ECSClient, RegisterTaskDefinitionCommand, type RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, it } from "vitest";
import { AwsRehearsal } from "../../../../ci/rehearsal/src/aws-rehearsal.ts";
import { VirtualClock } from "../../../../ci/rehearsal/src/clock/virtual-clock.ts";
import { operatorKey } from "../../../../ci/rehearsal/src/iam/access-keys.ts";
import { validateForFargate } from "../../../src/release/task-definition/validate-for-fargate.ts";
import { fargateSizes } from "../../../src/release/task-definition/fargate-sizes.ts";
import type { TemplateFinding } from "../../../src/release/task-definition/template-finding.ts";
import { digest, lineWith, path, written } from "../fixtures/task-definition.ts";

type Part = Record<string, unknown>;
const logs = { logDriver: "awslogs", options: { "awslogs-group": "g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "p" } };
const web: Part = { name: "web", image: `shop@${digest}`, essential: true, portMappings: [{ containerPort: 8080 }], healthCheck: { command: ["CMD", "check"] } };
const api: Part = { name: "api", image: `shop@${digest}`, essential: true, portMappings: [{ containerPort: 3001 }], healthCheck: { command: ["CMD", "check"] } };
const task = (changes: Part = {}, ...containers: Part[]): Part => ({ family: "shop", requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc", cpu: "256", memory: "512", containerDefinitions: containers.length === 0 ? [web] : containers, ...changes });

const judged = (what: Part): TemplateFinding[] => validateForFargate({ source: written(what) }, { container: "web" });
const refusals = (what: Part): TemplateFinding[] => judged(what).filter(({ what: text }) => text.includes("AWS would refuse it"));

/** Name, definition, AWS's reason, and a piece of text in the line that is named. */
const refused: readonly (readonly [string, Part, string, string])[] = [
  ["no family", task({ family: "" }), "Family should not be null or empty.", '"family"'],
  ["a family with a space", task({ family: "my shop" }), "Family contains invalid characters.", '"family"'],
  ["another network", task({ networkMode: "bridge" }), "Fargate only supports network mode ‘awsvpc’.", '"networkMode"'],
  ["no cpu", task({ cpu: undefined }), "Fargate requires that 'cpu' and 'memory' be defined at the task level.", "{"],
  ["256 with 4096", task({ memory: "4096" }), "No Fargate configuration exists for given values.", '"memory"'],
  ["300 CPU units", task({ cpu: "300" }), "No Fargate configuration exists for given values.", '"cpu"'],
  ["words for a size", task({ cpu: "much" }), "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.", '"cpu"'],
  ["no containers", task({ containerDefinitions: [] }), "Container list cannot be empty.", '"containerDefinitions"'],
  ["nothing essential", task({}, { ...web, essential: false }), "At least one container must be essential.", '"containerDefinitions"'],
  ["a container's name with a dot", task({}, web, { ...api, name: "a.b" }), "Container.name contains invalid characters.", '"a.b"'],
  ["no image", task({}, web, { ...api, image: "" }), "Container.image should not be null or empty.", '"image": ""'],
  ["a port of 0", task({}, { ...web, portMappings: [{ containerPort: 0 }] }), "Invalid container port: 0.", '"containerPort": 0'],
  ["a protocol", task({}, { ...web, portMappings: [{ containerPort: 80, protocol: "http" }] }), "Port mapping protocol must be one of tcp, udp.", '"protocol"'],
  ["another host port", task({}, { ...web, portMappings: [{ containerPort: 80, hostPort: 8080 }] }), "When networkMode=awsvpc, the host ports and container ports in port mappings must match.", '"hostPort"'],
  ["a port's name", task({}, { ...web, portMappings: [{ containerPort: 80, name: "HTTP" }] }), "The port mapping name is not valid. It can have up to 64 lowercase letters, numbers, underscores and hyphens, and cannot start with a hyphen.", '"HTTP"'],
  ["a port that another container has", task({}, web, { ...api, portMappings: [{ containerPort: 3001 }, { containerPort: 8080 }] }), "The container port 8080/tcp is used by more than one port mapping of the task.", "8080"],
  ["a health check without CMD", task({}, { ...web, healthCheck: { command: ["curl", "x"] } }), "Health check command must begin with CMD or CMD-SHELL.", '"command"'],
  ["an interval of 3", task({}, { ...web, healthCheck: { command: ["CMD", "x"], interval: 3 } }), "Health check interval must be between 5 and 300 seconds.", '"interval"'],
  ["a timeout of 90", task({}, { ...web, healthCheck: { command: ["CMD", "x"], timeout: 90 } }), "Health check timeout must be between 2 and 60 seconds.", '"timeout"'],
  ["11 retries", task({}, { ...web, healthCheck: { command: ["CMD", "x"], retries: 11 } }), "Health check retries must be between 1 and 10.", '"retries"'],
  ["a start period of 301", task({}, { ...web, healthCheck: { command: ["CMD", "x"], startPeriod: 301 } }), "Health check startPeriod must be between 0 and 300 seconds.", '"startPeriod"'],
  ["awslogs without a role", task({}, { ...web, logConfiguration: logs }), "Fargate requires task definition to have execution role ARN to support log driver awslogs.", '"logConfiguration"'],
  ["secrets without a role", task({}, { ...web, secrets: [{ name: "A", valueFrom: "arn:x" }] }), "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.", '"secrets"'],
  ["awslogs without a group", task({ executionRoleArn: "arn:aws:iam::123456789012:role/x" }, { ...web, logConfiguration: { logDriver: "awslogs" } }), "Log driver awslogs requires options: awslogs-group, awslogs-region, awslogs-stream-prefix.", '"logConfiguration"'],
  ["a stopTimeout of 121", task({}, { ...web, stopTimeout: 121 }), "Fargate supports a stopTimeout of at most 120 seconds.", '"stopTimeout"'],
  ["privileged", task({}, { ...web, privileged: true }), "Fargate does not support privileged containers.", '"privileged"'],
  ["a dependency that is not there", task({}, { ...web, dependsOn: [{ containerName: "cache", condition: "START" }] }), "The container web depends on the container cache, which does not exist in the task definition.", '"dependsOn": ['],
  ["SUCCESS of an essential container", task({}, { ...web, dependsOn: [{ containerName: "api", condition: "SUCCESS" }] }, api), "A dependency with condition SUCCESS cannot be on the essential container api.", '"dependsOn": ['],
  ["HEALTHY of a container without a check", task({}, { ...web, dependsOn: [{ containerName: "api", condition: "HEALTHY" }] }, { ...api, healthCheck: undefined }), "The container web depends on api being HEALTHY, which has no health check.", '"dependsOn": ['],
  ["a cycle", task({}, { ...web, dependsOn: [{ containerName: "api", condition: "START" }] }, { ...api, dependsOn: [{ containerName: "web", condition: "START" }] }), "Container dependencies form a cycle.", '"dependsOn"'],
];

let client: ECSClient;
beforeAll(async () => {
  const rehearsal = await new AwsRehearsal({ clock: new VirtualClock(0) }).start();
  client = new ECSClient({ endpoint: rehearsal.url, region: "eu-west-1", credentials: operatorKey, maxAttempts: 1 });
  return async () => rehearsal.stop();
});
const registered = async (what: Part): Promise<string> =>
  client.send(new RegisterTaskDefinitionCommand(what as unknown as RegisterTaskDefinitionCommandInput)).then(
    () => "registered",
    (error: unknown) => (error as Error).message,
  );

describe("Fargate would refuse", () => {
  it.each(refused)("%s, and so does the rehearsal, for the same reason", async (_name, what, reason, piece) => {
    const found = refusals(what);
    expect(found.map(({ what: text }) => text.replace(/^.*AWS would refuse it: /, ""))).toContain(reason);
    const line = found.find(({ what: text }) => text.endsWith(reason))?.where.split(":").at(-1);
    expect(JSON.stringify(what, null, 2).split("\n")[Number(line) - 1]).toContain(piece === '"dependsOn": [' ? "{" : piece);
    expect(await registered(what)).toBe(reason);
  });

  it("two containers of one name, as the rehearsal does", async () => {
    const what = task({}, web, { ...api, name: "web" });
    expect(refusals(what).map(({ where, what: text }) => `${where} ${text}`)).toEqual([`${path}:${String(JSON.stringify(what, null, 2).split("\n").findLastIndex((line) => line.includes('"name": "web"')) + 1)} Container web: AWS would refuse it: Container.name web is not unique.`]);
    expect(await registered(what)).toBe("Container.name web is not unique.");
  });

  it.each([
    ["the least", task()],
    ["sizes with units", task({ cpu: ".5 vCPU", memory: "1 GB" })],
    ["two containers, one behind the other", task({}, { ...web, dependsOn: [{ containerName: "api", condition: "HEALTHY" }] }, api)],
    ["an essential container that is so by default", task({}, { ...web, essential: undefined })],
    ["the same port for tcp and udp", task({}, { ...web, portMappings: [{ containerPort: 53, protocol: "tcp" }, { containerPort: 53, protocol: "udp" }] })],
    ["a host port that is the same, and one of 0", task({}, { ...web, portMappings: [{ containerPort: 80, hostPort: 80 }, { containerPort: 81, hostPort: 0 }] })],
    ["a stopTimeout of 120", task({}, { ...web, stopTimeout: 120 })],
    ["SUCCESS of one that is not essential", task({}, { ...web, dependsOn: [{ containerName: "api", condition: "SUCCESS" }] }, { ...api, essential: false })],
    ["logs and secrets with a role", task({ executionRoleArn: "arn:aws:iam::123456789012:role/x" }, { ...web, logConfiguration: logs, secrets: [{ name: "A", valueFrom: "arn:x" }] })],
    ["a scratch volume and no capabilities", task({ volumes: [{ name: "v" }] }, { ...web, mountPoints: [{ sourceVolume: "v", containerPath: "/tmp" }], linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } } })],
  ])("nothing of %s, and neither does the rehearsal", async (_name, what) => {
    expect(judged(what)).toEqual([]);
    expect(await registered(what)).toBe("registered");
  });

  it("sizes that do not go together, all and only those that the rehearsal refuses", { timeout: 60_000 }, async () => {
    const memories = [...new Set([...fargateSizes.values()].flat()), 256, 1536, 5000];
    for (const cpu of [...fargateSizes.keys(), 128, 3072]) {
      for (const memory of memories.filter((_memory, index) => index % 3 === cpu % 3 || index < 6)) {
        const what = task({ cpu: String(cpu), memory: String(memory) });
        expect([cpu, memory, refusals(what).length === 0]).toEqual([cpu, memory, (await registered(what)) === "registered"]);
      }
    }
  });

  it("everything that is wrong, at once", () => {
    const what = task({ networkMode: "host", memory: "1" }, { ...web, stopTimeout: 121, privileged: true }, { ...api, dependsOn: [{ containerName: "nobody", condition: "START" }] });
    expect(refusals(what)).toHaveLength(5);
  });
});

describe("Fargate would refuse, as its documentation says", () => {
  it.each([
    ["placement constraints", task({ placementConstraints: [{ type: "memberOf" }] }), "Fargate does not support placement constraints.", "placementConstraints"],
    ["a volume of the host", task({ volumes: [{ name: "v", host: { sourcePath: "/srv" } }] }), "Fargate compatible task definitions do not support sourcePath.", '"host"'],
    ["a Docker volume", task({ volumes: [{ name: "v", dockerVolumeConfiguration: {} }] }), "Fargate does not support dockerVolumeConfiguration.", "dockerVolume"],
    ["a mount whose path has a colon", task({ volumes: [{ name: "v" }] }, { ...web, mountPoints: [{ sourceVolume: "v", containerPath: "/v:w" }] }), "Invalid container path '/v:w' of the volume v: it must be absolute, without a colon.", '"containerPath"'],
    ["two mounts at one path", task({ volumes: [{ name: "v" }, { name: "w" }] }, { ...web, mountPoints: [{ sourceVolume: "v", containerPath: "/v" }, { sourceVolume: "w", containerPath: "/v" }] }), "Duplicate mount point '/v'.", '"containerPath"'],
    ["a mount of no volume", task({}, { ...web, mountPoints: [{ sourceVolume: "v", containerPath: "/v" }] }), "Unknown volume 'v'.", '"sourceVolume"'],
    ["the host's processes", task({ pidMode: "host" }), "On Fargate the only valid value of pidMode is task.", "pidMode"],
    ["5 GiB of storage", task({ ephemeralStorage: { sizeInGiB: 5 } }), "The ephemeral storage of a task is 21 to 200 GiB.", "sizeInGiB"],
    ["another log driver", task({}, { ...web, logConfiguration: { logDriver: "json-file" } }), "Fargate does not support the log driver json-file.", "logDriver"],
    ["links", task({}, { ...web, links: ["api"] }), "Fargate does not support links.", "links"],
    ["a host's name", task({}, { ...web, hostname: "web" }), "Fargate does not support hostname.", '"hostname"'],
    ["shared memory", task({}, { ...web, linuxParameters: { sharedMemorySize: 64 } }), "Fargate does not support sharedMemorySize.", "sharedMemorySize"],
    ["a capability", task({}, { ...web, linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } }), "Fargate adds no capability but SYS_PTRACE; NET_ADMIN is asked for.", '"add"'],
    ["a GPU", task({}, { ...web, resourceRequirements: [{ type: "GPU", value: "1" }] }), "Fargate does not support GPUs.", "resourceRequirements"],
    ["more memory than there is", task({}, { ...web, memory: 300 }, { ...api, memory: 300 }), "The containers ask for 600 MiB of memory, and the task has 512.", '"memory": "512"'],
    ["a container with more memory than the task", task({}, { ...web, memory: 1024, memoryReservation: 64 }), "The container may have 1024 MiB of memory, and the task has 512.", '"memory": 1024'],
    ["more CPU than there is", task({}, { ...web, cpu: 512 }), "The containers ask for 512 CPU units, and the task has 256.", '"cpu": "256"'],
    ["a secret that is a variable too", task({ executionRoleArn: "arn:x" }, { ...web, environment: [{ name: "A", value: "1" }], secrets: [{ name: "A", valueFrom: "arn:aws:ssm" }] }), "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'A'.", "{"],
    ["a condition that is none", task({}, { ...web, dependsOn: [{ containerName: "api", condition: "READY" }] }, api), "The condition READY of a dependency is none of START, COMPLETE, SUCCESS, HEALTHY.", '"condition"'],
    ["memory promised above the limit", task({}, { ...web, memory: 128, memoryReservation: 256 }), "memoryReservation must not be greater than memory.", "memoryReservation"],
    ["5 MiB for a container", task({}, { ...web, memory: 5 }), "A container has at least 6 MiB of memory.", '"memory": 5'],
    ["121 seconds to start", task({}, { ...web, startTimeout: 121 }), "Fargate supports a startTimeout of 2 to 120 seconds.", "startTimeout"],
    ["a soft limit above the hard one", task({}, { ...web, ulimits: [{ name: "nofile", softLimit: 2, hardLimit: 1 }] }), "A soft limit must not be greater than its hard limit.", "ulimits"],
    ["an accelerator", task({ inferenceAccelerators: [{ deviceName: "a", deviceType: "b" }] }), "Fargate does not support inference accelerators.", "inferenceAccelerators"],
    ["the host's IPC", task({ ipcMode: "host" }), "Fargate does not support this ipcMode.", "ipcMode"],
  ])("%s, and so does the rehearsal", async (_name, what, reason, piece) => {
    const found = refusals(what);
    expect(found.map(({ what: text }) => text.replace(/^.*AWS would refuse it: /, ""))).toEqual([reason]);
    const line = found[0]?.where.split(":").at(-1);
    expect(JSON.stringify(what, null, 2).split("\n")[Number(line) - 1]).toContain(piece);
    expect(await registered(what)).toBe(reason);
  });

  it("takes an empty list for absent, as the rehearsal does", async () => {
    const what = task({}, { ...web, links: [], dnsServers: [], disableNetworking: false, linuxParameters: { devices: [] } });
    expect(refusals(what)).toEqual([]);
    expect(await registered(what)).toBe("registered");
  });
});

describe("what AWS takes, and we do not", () => {
  const checks = (what: Part): string[] => judged(what).map(({ check, level, where }) => `${level} ${check} ${where.split(":").at(-1) ?? ""}`);

  it.each(["web:1.2", "web", "registry.example/web:latest", "web@sha256:123"])("the image %s, which is not named by digest", (image) => {
    const what = task({}, { ...web, image });
    expect(checks(what)).toEqual([`no image-by-digest ${String(lineWith(what, '"image"'))}`]);
  });

  it("a task that is not for Fargate", () => {
    expect(checks(task({ requiresCompatibilities: undefined }))).toEqual(["no fargate-compatibility 1"]);
  });

  it("containers that users are served by without a health check, and no others", () => {
    const check = undefined;
    const what = task({}, { ...web, healthCheck: check, dependsOn: [{ containerName: "api", condition: "START" }, { containerName: "setup", condition: "SUCCESS" }] }, { ...api, healthCheck: check }, { ...api, name: "setup", portMappings: [], healthCheck: check, essential: false }, { ...api, name: "metrics", portMappings: [], healthCheck: check });
    expect(judged(what).map(({ check: id, what: text }) => [id, text.split(":")[0]])).toEqual([
      ["health-check-missing", "Container web"],
      ["health-check-missing", "Container api"],
    ]);
  });

  it.each([
    ["DATABASE_PASSWORD", "hunter2"],
    ["POSTGRES_PASSWORD", "hunter2"],
    ["DBPASSWORD", "hunter2"],
    ["GITHUB_TOKEN", "hunter2"],
    ["JWT_SECRET", "hunter2"],
    ["AWS_SECRET_ACCESS_KEY", "hunter2"],
    ["STRIPE_API_KEY", "hunter2"],
    ["PRIVATE_KEY", "hunter2"],
    ["password", "hunter2"],
    ["DB_PASS", "hunter2"],
    ["SIGNING_KEY", "hunter2"],
    ["DATABASE_URL", "postgres://notes:hunter2@localhost/notes"],
    ["REDIS_URL", "redis://:hunter2@localhost:6379"],
    ["DSN", "host=localhost user=a password=hunter2"],
    ["CONNECTION", "Server=localhost;Pwd=hunter2;"],
  ])("the secret %s as plain text, which is not shown", (name, value) => {
    const what = task({}, { ...web, environment: [{ name: "PORT", value: "1" }, { name, value }] });
    const line = JSON.stringify(what, null, 2).split("\n").findIndex((text) => text.includes(`"name": "${name}"`));
    // The line of the variable, which begins with its brace.
    expect(checks(what)).toEqual([`no secret-in-environment ${String(line)}`]);
    expect(JSON.stringify(judged(what))).not.toContain("hunter2");
    expect(judged(what)[0]?.what).toContain(name);
  });

  it.each([
    ["PASSWORD_FILE", "/run/secrets/x"],
    ["TOKEN_TTL_SECONDS", "3600"],
    ["SECRET_NAME", "notes/database"],
    ["REQUIRE_PASSWORD", "true"],
    ["DATABASE_PASSWORD", ""],
    ["DATABASE_URL", "postgres://notes@localhost/notes"],
    ["PUBLIC_KEY", "x"],
    ["MAX_TOKENS", "100"],
    ["KEYBOARD", "de"],
    ["BYPASS", "no-cache"],
    ["PGPASSFILE", "/run/secrets/x"],
    ["DSN", "host=localhost password=$PASSWORD"],
    ["DSN", "host=localhost password= user=a"],
    ["CALLBACK_URL", "https://example.com/a:b@c"],
  ])("but not %s=%s, which is none", (name, value) => {
    expect(checks(task({}, { ...web, environment: [{ name, value }] }))).toEqual([]);
  });

  it("a password in a command", () => {
    const what = task({}, { ...web, command: ["psql", "postgres://notes:hunter2@localhost/notes"] });
    expect(checks(what)).toEqual([`no secret-in-command ${String(lineWith(what, '"psql"') - 1)}`]);
    expect(JSON.stringify(judged(what))).not.toContain("hunter2");
  });

  it.each([["--password=hunter2"], ["--db-password=hunter2"], ["PGPASSWORD=hunter2 exec psql"], ["--api-key=hunter2"]])("a secret in the argument %s", (argument) => {
    const what = task({}, { ...web, command: ["sh", "-c", argument] });
    expect(judged(what).map(({ check }) => check)).toEqual(["secret-in-command"]);
    expect(JSON.stringify(judged(what))).not.toContain("hunter2");
  });

  it.each([["--password=$PASSWORD"], ["--password=${PASSWORD}"], ["PGPASSWORD=\"$PASSWORD\" psql"], ["--password-file=/run/x"], ["--token=/run/x"], ["--token-ttl=60"], ["--bypass=yes"]])("but none in %s", (argument) => {
    expect(checks(task({}, { ...web, command: ["sh", "-c", argument] }))).toEqual([]);
  });

  it("warns of a variable that is there twice", () => {
    expect(checks(task({}, { ...web, environment: [{ name: "A", value: "1" }, { name: "A", value: "2" }] })).map((text) => text.replace(/ \d+$/, ""))).toEqual(["warning variable-twice"]);
  });

  it("a health check that cannot fail", () => {
    const what = task({}, { ...web, healthCheck: { command: ["CMD-SHELL", "curl -f http://localhost || true"] } });
    expect(checks(what)).toEqual([`no health-check-cannot-fail ${String(lineWith(what, '"command"'))}`]);
  });

  it.each([
    ["curl http://localhost:8080/ready || exit 1", ["warning health-check-any-status"]],
    ["curl -sf http://localhost:8080/ready", []],
    ["curl --fail --silent http://localhost:8080/ready", []],
    ["curl -s -o /dev/null -w '%{http_code}' http://localhost | grep -q 200", []],
  ])("warns of a curl that is content with a 500: %s", (command, expected) => {
    expect(checks(task({}, { ...web, healthCheck: { command: ["CMD-SHELL", command] } })).map((text) => text.replace(/ \d+$/, ""))).toEqual(expected);
  });
});
