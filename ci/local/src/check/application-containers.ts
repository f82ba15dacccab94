import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import type { ContainerCli } from "../container-engine/container-cli.ts";
import { containerName, removeContainers } from "../engine/container-name.ts";
import { newId } from "./with-engine.ts";

/** The proxy first: the network is that of the first container and goes with it, so it must not be one that is stopped. */
export const roles = ["proxy", "database", "backend", "frontend"] as const;
export type Role = (typeof roles)[number];

/** For commands that take moments, so that an engine that hangs does not hang the run. */
const momentMs = 120_000;
/** Longer than what each process gives its requests in flight. */
const stopSeconds = 30;
const lastLines = 15;

/** The application as one Fargate task: four containers on one localhost, of which the proxy's port alone is published. */
export class ApplicationContainers {
  readonly #cli: ContainerCli;
  readonly #names: Readonly<Record<Role, string>>;

  constructor(cli: ContainerCli) {
    this.#cli = cli;
    this.#names = { proxy: containerName(newId()), database: containerName(newId()), backend: containerName(newId()), frontend: containerName(newId()) };
  }

  async start(images: Readonly<Record<Role, string>>, signal: AbortSignal): Promise<void> {
    const variables = environment();
    for (const role of roles) {
      signal.throwIfAborted();
      const network = role === "proxy" ? ["--publish", "127.0.0.1::8080"] : ["--network", `container:${this.#names.proxy}`];
      const writable = ["--tmpfs", "/tmp", ...(role === "database" ? ["--volume", "/var/lib/postgresql/notes"] : [])];
      const rights = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
      const env = variables[role];
      await this.#cli.run(
        // Variables by name only: the values come from the command's own environment, which `ps` does not show.
        ["run", "--detach", "--pull", "never", "--no-healthcheck", "--name", this.#names[role], ...network, ...rights, ...writable, ...Object.keys(env).flatMap((name) => ["--env", name]), images[role]],
        // Not with the signal: a daemon would go on with what its client has left, after our clean-up.
        { env, cwd: tmpdir(), timeoutMs: momentMs },
      );
    }
  }

  /** Where the proxy is reached: the engine has chosen a free port. */
  async address(): Promise<string> {
    const { stdout } = await this.#cli.run(["port", this.#names.proxy, "8080"], { timeoutMs: momentMs });
    const port = /^127\.0\.0\.1:(\d+)$/m.exec(stdout)?.[1];
    if (port === undefined) throw new Error(`${this.#cli.program} published the proxy's port nowhere: it answered ${JSON.stringify(stdout)}.`);
    return `http://127.0.0.1:${port}`;
  }

  /** Those that do not run, or did not stay. */
  async stopped(): Promise<Role[]> {
    const { stdout } = await this.#cli.run(["inspect", "--format", "{{.State.Running}}", ...roles.map((role) => this.#names[role])], { timeoutMs: momentMs });
    const states = stdout.trim().split("\n");
    return roles.filter((_, index) => states[index]?.trim() !== "true");
  }

  async stop(role: Role): Promise<void> {
    await this.#cli.run(["stop", "--time", String(stopSeconds), this.#names[role]], { timeoutMs: momentMs });
  }

  async logs(): Promise<string> {
    const parts = roles.map(async (role) => {
      const { stdout, stderr } = await this.#cli.run(["logs", "--tail", String(lastLines), this.#names[role]], { accept: "any", timeoutMs: momentMs });
      return `--- ${role}\n${[stdout, stderr].map((text) => text.trim()).filter((text) => text !== "").join("\n")}`;
    });
    return (await Promise.all(parts)).join("\n");
  }

  /** The first one last: Podman keeps a container whose network another one uses. */
  async remove(): Promise<void> {
    for (const role of roles.toReversed()) await removeContainers(this.#cli, [this.#names[role]]);
  }
}

function environment(): Record<Role, Record<string, string>> {
  const [migration, backend] = [randomBytes(18).toString("base64url"), randomBytes(18).toString("base64url")];
  return {
    proxy: { BACKEND_HOST: "localhost", BACKEND_PORT: "3001", FRONTEND_HOST: "localhost", FRONTEND_PORT: "3000" },
    database: { NOTES_DATABASE: "notes", NOTES_MIGRATION_USER: "notes_migration", NOTES_MIGRATION_PASSWORD: migration, NOTES_BACKEND_USER: "notes_backend", NOTES_BACKEND_PASSWORD: backend },
    backend: { PORT: "3001", DATABASE_HOST: "localhost", DATABASE_NAME: "notes", DATABASE_USER: "notes_backend", DATABASE_PASSWORD: backend, MIGRATION_DATABASE_USER: "notes_migration", MIGRATION_DATABASE_PASSWORD: migration },
    frontend: {},
  };
}
