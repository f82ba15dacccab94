import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { freePort } from './upstream.ts';

const run = promisify(execFile);
const cli = process.env['CONTAINER_CLI'] ?? 'podman';
let started = 0;

export type Variables = Readonly<Record<string, string | number>>;

/** The proxy's image as a container on the host's network, with a read-only root file system. */
export class ProxyContainer {
  readonly port: number;
  readonly #name: string;
  readonly #process: ChildProcess;
  #output = '';
  #errors = '';

  private constructor(port: number, variables: Variables) {
    started += 1;
    this.port = port;
    this.#name = `notes-proxy-test-${process.pid}-${started}`;
    const pairs = Object.entries({ LISTEN_PORT: port, ...variables });
    const environment = pairs.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const options = ['--rm', '--name', this.#name, '--network', 'host', '--read-only', '--tmpfs', '/tmp'];
    this.#process = spawn(cli, ['run', ...options, ...environment, image()], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
  }

  static async start(variables: Variables): Promise<ProxyContainer> {
    const proxy = new ProxyContainer(await freePort(), variables);
    await vi.waitFor(
      async () => {
        if (proxy.#process.exitCode !== null) throw new Error(`the proxy stopped: ${proxy.#errors}`);
        await fetch(proxy.url('/nginx-health'));
      },
      { timeout: 20_000, interval: 50 },
    );
    return proxy;
  }

  /** For a container that is expected to refuse its environment. */
  static async refusal(variables: Variables): Promise<{ code: number | null; errors: string }> {
    const proxy = new ProxyContainer(await freePort(), variables);
    await once(proxy.#process, 'close');
    return { code: proxy.#process.exitCode, errors: proxy.#errors };
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** The access log so far, one parsed object per request. */
  accessLog(): unknown[] {
    return this.#output.split('\n').slice(0, -1).map((line): unknown => JSON.parse(line));
  }

  /** What it has said on stderr so far. */
  errors(): string {
    return this.#errors;
  }

  async exec(...command: string[]): Promise<{ code: number; output: string }> {
    try {
      const { stdout, stderr } = await run(cli, ['exec', this.#name, ...command]);
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) throw error;
      return { code: error.code, output: error.message };
    }
  }

  /** Stops it as an orchestrator does; the answer is the container's exit code. */
  async stop(): Promise<number | null> {
    const closed = once(this.#process, 'close');
    await run(cli, ['stop', '--time', '25', this.#name]);
    await closed;
    return this.#process.exitCode;
  }
}

function image(): string {
  const reference = process.env['IMAGE'];
  if (!reference) throw new Error('IMAGE is not set: name the proxy image to test, for example IMAGE=localhost/notes-proxy');
  return reference;
}
