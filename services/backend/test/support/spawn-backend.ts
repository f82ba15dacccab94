import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestDatabase } from './test-database.ts';

const service = fileURLToPath(new URL('../../', import.meta.url));

/** Compiles the sources as the image does, but beside any `dist`. */
export async function compileBackend(): Promise<void> {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', '.test-build'];
  await promisify(execFile)(process.execPath, tsc, { cwd: service });
}

export interface BackendProcess extends AsyncDisposable {
  readonly exit: Promise<number | null>;
  readonly lines: readonly Record<string, unknown>[];
  /** The first line, past or to come, with this message. */
  logged(message: string): Promise<Record<string, unknown>>;
  listening(): Promise<number>;
  signal(name: NodeJS.Signals): void;
}

/** Runs the compiled backend as a process of its own, with this environment and nothing else. */
export function spawnBackend(environment: Record<string, string>): BackendProcess {
  const child = spawn(process.execPath, ['.test-build/main.js'], {
    cwd: service, env: environment, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
    waiting.forEach((look) => { look(); });
  });
  const exit = new Promise<number | null>((resolve) => { child.once('close', (code) => { resolve(code); }); });
  const logged = (message: string) => new Promise<Record<string, unknown>>((resolve, reject) => {
    const look = () => {
      const found = lines.find(({ msg }) => msg === message);
      if (found !== undefined) resolve(found);
    };
    waiting.add(look);
    look();
    void exit.then(() => { reject(new Error(`The backend ended without logging "${message}": ${JSON.stringify(lines)}`)); });
  });
  return {
    exit, lines, logged,
    listening: async () => ((await logged('listening')).address as { port: number }).port,
    signal: (name) => { child.kill(name); },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

export function environmentFor({ address, backendRole, migrationRole }: TestDatabase): Record<string, string> {
  return {
    PORT: '0',
    DATABASE_HOST: address.host, DATABASE_PORT: String(address.port), DATABASE_NAME: address.name,
    DATABASE_USER: backendRole.user, DATABASE_PASSWORD: backendRole.password,
    MIGRATION_DATABASE_USER: migrationRole.user, MIGRATION_DATABASE_PASSWORD: migrationRole.password,
  };
}
