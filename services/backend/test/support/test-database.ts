import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral, Pool, type QueryResultRow } from 'pg';
import { inject } from 'vitest';
import type { DatabaseAddress, DatabaseRole } from '../../src/settings.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly address: DatabaseAddress;
  readonly backendRole: DatabaseRole;
  readonly migrationRole: DatabaseRole;
  readonly superuser: Pool;
  /** As the given role. */
  as(role: DatabaseRole): Pool;
}

/** A database with the roles and rights that our database image and a production set-up give. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = new URL(inject('serverUrl'));
  const suffix = randomBytes(6).toString('hex');
  const name = `notes_test_${suffix}`;
  const backendRole = { user: `backend_${suffix}`, password: randomBytes(12).toString('hex') };
  const migrationRole = { user: `migration_${suffix}`, password: randomBytes(12).toString('hex') };
  await onServer(serverUrl, [
    `create role ${escapeIdentifier(migrationRole.user)} login password ${escapeLiteral(migrationRole.password)}`,
    `create role ${escapeIdentifier(backendRole.user)} login password ${escapeLiteral(backendRole.password)}`,
    `create database ${name} owner ${escapeIdentifier(migrationRole.user)} template template0 encoding 'UTF8'`,
  ]);
  const superuser = new Pool({ connectionString: databaseUrl(serverUrl, name) });
  // Dropping the database ends connections that are only just closing.
  superuser.on('error', () => undefined);
  await superuser.query(`alter schema public owner to ${escapeIdentifier(migrationRole.user)}`);
  const address = { host: serverUrl.hostname, port: Number(serverUrl.port || 5432), name, tls: 'disable' } as const;
  const pools: Pool[] = [];
  return {
    address, backendRole, migrationRole, superuser,
    as: (role) => {
      const pool = new Pool({ host: address.host, port: address.port, database: name, ...role, max: 1 });
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await superuser.end();
      await onServer(serverUrl, [
        `drop database ${name} with (force)`,
        `drop role ${escapeIdentifier(backendRole.user)}`,
        `drop role ${escapeIdentifier(migrationRole.user)}`,
      ]);
    },
  };
}

export async function rows<Row extends QueryResultRow>(pool: Pool, query: string): Promise<Row[]> {
  return (await pool.query<Row>(query)).rows;
}

async function onServer(url: URL, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: URL, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
