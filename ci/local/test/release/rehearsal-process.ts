import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { z } from "zod";
import type { ContainerCli } from "../../src/container-engine/container-cli.ts";

const main = fileURLToPath(new URL("../../../rehearsal/src/command-line/main.ts", import.meta.url));
const startedSchema = z.object({ url: z.string(), pid: z.number(), env: z.object({ AWS_ACCESS_KEY_ID: z.string(), AWS_SECRET_ACCESS_KEY: z.string(), AWS_REGION: z.string() }) });
const eventSchema = z.object({ number: z.number(), at: z.string(), actor: z.string(), what: z.string(), detail: z.record(z.string(), z.unknown()) });
export type TimelineEvent = z.infer<typeof eventSchema>;

export interface RehearsalOptions {
  readonly cli: ContainerCli;
  readonly world: string;
  readonly speed: number;
  /** Values of secrets, as REHEARSAL_SECRET_… variables. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A rehearsal as a process of its own, whose tasks are containers; its state goes with it. */
export class RehearsalProcess {
  readonly url: string;
  readonly #pid: number;
  readonly #state: string;
  readonly #cli: ContainerCli;
  /** What an AWS client is made with. */
  readonly client: { readonly endpoint: string; readonly region: string; readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } };

  private constructor({ url, pid, env }: z.infer<typeof startedSchema>, state: string, cli: ContainerCli) {
    this.url = url;
    this.#pid = pid;
    this.#state = state;
    this.#cli = cli;
    this.client = { endpoint: url, region: env.AWS_REGION, credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY } };
  }

  static async start({ cli, world, speed, secrets }: RehearsalOptions): Promise<RehearsalProcess> {
    const state = await mkdtemp(join(tmpdir(), "gitops-test-rehearsal-"));
    const options = ["--json", "--port", "0", "--state", state, "--world", world, "--speed", String(speed), "--engine", cli.program];
    const { stdout } = await execa(process.execPath, [main, "start", ...options], { env: { ...cli.env, ...secrets }, extendEnv: false });
    return new RehearsalProcess(startedSchema.parse(JSON.parse(stdout)), state, cli);
  }

  /** In virtual time. */
  async timeline(): Promise<TimelineEvent[]> {
    return z.array(eventSchema).parse(await (await fetch(`${this.url}/_rehearsal/timeline`)).json());
  }

  /** Where a listener of the load balancer answers on this machine. */
  async listenerAddress(port: number): Promise<string | undefined> {
    const found = (await this.timeline()).findLast(({ what, detail }) => what === "listening" && detail["port"] === port);
    return found === undefined ? undefined : String(found.detail["address"]);
  }

  /** Everything that it keeps, but for layers of images. */
  async kept(): Promise<string> {
    const files = (await readdir(this.#state, { recursive: true, withFileTypes: true })).filter((file) => file.isFile() && !file.parentPath.startsWith(join(this.#state, "blobs")));
    return (await Promise.all(files.map(async ({ parentPath, name }) => readFile(join(parentPath, name), "utf8")))).join("\n");
  }

  async stop(): Promise<void> {
    await execa(process.execPath, [main, "stop", "--state", this.#state], { reject: false });
    await rm(this.#state, { recursive: true, force: true });
  }

  get isRunning(): boolean {
    try {
      return process.kill(this.#pid, 0);
    } catch {
      return false;
    }
  }

  /** Names of the pods, containers and volumes that are the process's. */
  async left(): Promise<string[]> {
    const label = "gitops.rehearsal.owner";
    const isPodman = this.#cli.program === "podman";
    const owner = isPodman ? `{{index .Labels "${label}"}}` : `{{.Label "${label}"}}`;
    const lists = [
      ["ps", "--all", "--filter", `label=${label}`, "--format", `${owner} {{.Names}}`],
      ["volume", "ls", "--filter", `label=${label}`, "--format", `${owner} {{.Name}}`],
      ...(isPodman ? [["pod", "ps", "--filter", `label=${label}`, "--format", `${owner} {{.Name}}`]] : []),
    ];
    const answers = await Promise.all(lists.map(async (args) => this.#cli.run(args)));
    return answers.flatMap(({ stdout }) => stdout.split("\n").filter((line) => line.split("-")[1] === String(this.#pid)));
  }
}
