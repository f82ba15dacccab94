import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.ts';
import { StartupError } from '../src/startup-error.ts';

const required = {
  DATABASE_HOST: 'localhost', DATABASE_NAME: 'notes', DATABASE_USER: 'backend', DATABASE_PASSWORD: 's3cret',
};

function refusal(variables: Record<string, string>): string {
  try {
    readSettings(variables);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    expect(error).toMatchObject({ code: 'SETTINGS_WRONG' });
    return (error as StartupError).message;
  }
  throw new Error('The settings were taken.');
}

test('need only the database, and have defaults for the rest', () => {
  expect(readSettings(required)).toEqual({
    port: 3001, logLevel: 'info', seedDevelopmentData: false, startupTimeoutMs: 60_000, shutdownTimeoutMs: 20_000,
    database: { host: 'localhost', port: 5432, name: 'notes', tls: 'disable', user: 'backend', password: 's3cret' },
    migrationRole: undefined,
  });
});

test('take every variable', () => {
  const settings = readSettings({
    ...required, PORT: '8080', LOG_LEVEL: 'debug', DATABASE_PORT: '6543', DATABASE_TLS: 'verify-full',
    MIGRATION_DATABASE_USER: 'owner', MIGRATION_DATABASE_PASSWORD: 'pw', SEED_DEVELOPMENT_DATA: 'true',
    STARTUP_TIMEOUT_SECONDS: '5', SHUTDOWN_TIMEOUT_SECONDS: '7', NODE_ENV: 'development',
  });
  expect(settings).toMatchObject({
    port: 8080, logLevel: 'debug', seedDevelopmentData: true, startupTimeoutMs: 5_000, shutdownTimeoutMs: 7_000,
    database: { port: 6543, tls: 'verify-full' }, migrationRole: { user: 'owner', password: 'pw' },
  });
});

test('take an empty variable for an absent one', () => {
  const settings = readSettings({ ...required, PORT: '', MIGRATION_DATABASE_USER: '', MIGRATION_DATABASE_PASSWORD: '' });
  expect(settings).toMatchObject({ port: 3001, migrationRole: undefined });
});

test('name every variable that is missing, at once', () => {
  expect(refusal({})).toBe(
    'The backend did not start. These environment variables are wrong: DATABASE_HOST is missing; DATABASE_NAME is missing; ' +
      'DATABASE_USER is missing; DATABASE_PASSWORD is missing. Correct them in the task definition (or the shell) and start again.',
  );
});

test.each([
  [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
  [{ DATABASE_PORT: '0' }, 'DATABASE_PORT must be a whole number from 1 to 65535'],
  [{ DATABASE_PORT: '54e2' }, 'DATABASE_PORT must be a whole number from 1 to 65535'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
  [{ DATABASE_TLS: 'yes' }, 'DATABASE_TLS must be one of disable, require, verify-full'],
  [{ SEED_DEVELOPMENT_DATA: '1' }, 'SEED_DEVELOPMENT_DATA must be one of true, false'],
  [{ MIGRATION_DATABASE_USER: 'owner' }, 'MIGRATION_DATABASE_PASSWORD is missing although'],
  [{ MIGRATION_DATABASE_PASSWORD: 'pw' }, 'MIGRATION_DATABASE_USER is missing although'],
  [{ MIGRATION_DATABASE_USER: 'backend', MIGRATION_DATABASE_PASSWORD: 'pw' }, 'must be another role than DATABASE_USER'],
  [{ SEED_DEVELOPMENT_DATA: 'true', NODE_ENV: 'production' }, 'SEED_DEVELOPMENT_DATA must not be true when NODE_ENV is production'],
])('refuse %j', (variables, problem) => {
  expect(refusal({ ...required, ...variables })).toContain(problem);
});

test('name a contradiction together with a missing variable', () => {
  const message = refusal({ SEED_DEVELOPMENT_DATA: 'true', NODE_ENV: 'production' });
  expect(message).toContain('DATABASE_HOST is missing');
  expect(message).toContain('SEED_DEVELOPMENT_DATA must not');
});

test('repeat no value, since it could be a password in the wrong place', () => {
  expect(refusal({ ...required, PORT: 'hunter2' })).not.toContain('hunter2');
});
