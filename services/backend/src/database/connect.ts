import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import type { Log } from '../log.ts';
import type { DatabaseAddress, DatabaseRole } from '../settings.ts';
import type { Schema } from './schema.ts';

export interface PoolLimits {
  readonly connections: number;
  readonly connectTimeoutMs: number;
  readonly queryTimeoutMs: number;
}

/** For requests: a query that takes longer than a user waits is given up, by the server too. */
export const requestLimits: PoolLimits = { connections: 10, connectTimeoutMs: 3_000, queryTimeoutMs: 10_000 };

/** For /ready: a load balancer asks again soon, so be quick. */
export const probeLimits: PoolLimits = { connections: 1, connectTimeoutMs: 2_000, queryTimeoutMs: 2_000 };

/** For migrations: one connection, so that its session lock covers everything. */
export const migrationLimits: PoolLimits = { connections: 1, connectTimeoutMs: 3_000, queryTimeoutMs: 300_000 };

/** Opens nothing yet: a pool connects when it is first asked. */
export function createPool(address: DatabaseAddress, role: DatabaseRole, limits: PoolLimits, log: Log): Pool {
  const config: PoolConfig = {
    host: address.host,
    port: address.port,
    database: address.name,
    ssl: tlsOptions[address.tls],
    user: role.user,
    password: role.password,
    application_name: 'notes-backend',
    max: limits.connections,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.queryTimeoutMs,
    query_timeout: limits.queryTimeoutMs,
    keepAlive: true,
  };
  const pool = new Pool(config);
  // Without a listener, a database that goes away would end this process.
  pool.on('error', (err) => {
    log.warn({ err }, 'an idle database connection was lost; the next request opens a new one');
  });
  return pool;
}

export function createDatabase(pool: Pool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

// verify-full uses Node's root certificates; NODE_EXTRA_CA_CERTS adds those of Amazon RDS.
const tlsOptions = {
  disable: false,
  require: { rejectUnauthorized: false },
  'verify-full': { rejectUnauthorized: true },
} as const;
