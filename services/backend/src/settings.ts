import { z } from 'zod';
import { StartupError } from './startup-error.ts';

export interface DatabaseRole {
  readonly user: string;
  readonly password: string;
}

export type DatabaseTls = 'disable' | 'require' | 'verify-full';

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly tls: DatabaseTls;
}

export interface Settings {
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly database: DatabaseAddress & DatabaseRole;
  /** Absent: this process leaves the schema alone. */
  readonly migrationRole: DatabaseRole | undefined;
  readonly seedDevelopmentData: boolean;
  readonly startupTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

export type LogLevel = z.infer<typeof logLevel>;

function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

const logLevel = oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);

const text = z.string('is missing');

function wholeNumber(from: number, to: number) {
  const expected = `must be a whole number from ${from} to ${to}`;
  return z.string().regex(/^\d{1,9}$/, expected).transform(Number)
    .refine((value) => value >= from && value <= to, expected);
}

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3001),
  LOG_LEVEL: logLevel.default('info'),
  DATABASE_HOST: text,
  DATABASE_PORT: wholeNumber(1, 65_535).default(5432),
  DATABASE_NAME: text,
  DATABASE_USER: text,
  DATABASE_PASSWORD: text,
  DATABASE_TLS: oneOf(['disable', 'require', 'verify-full']).default('disable'),
  MIGRATION_DATABASE_USER: z.string().optional(),
  MIGRATION_DATABASE_PASSWORD: z.string().optional(),
  SEED_DEVELOPMENT_DATA: oneOf(['true', 'false']).default('false'),
  STARTUP_TIMEOUT_SECONDS: wholeNumber(1, 600).default(60),
  SHUTDOWN_TIMEOUT_SECONDS: wholeNumber(1, 110).default(20),
});

/** Reads the settings, or throws one error that names every wrong variable and none of their values. */
export function readSettings(environment: Variables): Settings {
  const variables = withoutEmpty(environment);
  const parsed = environmentSchema.safeParse(variables);
  const problems = [...(parsed.error?.issues ?? []).map(inWords), ...contradictions(variables)];
  if (!parsed.success || problems.length > 0) throw wrongVariables(problems);
  const values = parsed.data;
  return {
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    database: {
      host: values.DATABASE_HOST,
      port: values.DATABASE_PORT,
      name: values.DATABASE_NAME,
      tls: values.DATABASE_TLS,
      user: values.DATABASE_USER,
      password: values.DATABASE_PASSWORD,
    },
    migrationRole:
      values.MIGRATION_DATABASE_USER === undefined || values.MIGRATION_DATABASE_PASSWORD === undefined
        ? undefined
        : { user: values.MIGRATION_DATABASE_USER, password: values.MIGRATION_DATABASE_PASSWORD },
    seedDevelopmentData: values.SEED_DEVELOPMENT_DATA === 'true',
    startupTimeoutMs: values.STARTUP_TIMEOUT_SECONDS * 1000,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_SECONDS * 1000,
  };
}

// Not zod refinements: those stay silent as long as any single variable is wrong.
function contradictions(variables: Variables): string[] {
  const user = variables.MIGRATION_DATABASE_USER;
  const password = variables.MIGRATION_DATABASE_PASSWORD;
  const found: string[] = [];
  if (user !== undefined && password === undefined) {
    found.push('MIGRATION_DATABASE_PASSWORD is missing although MIGRATION_DATABASE_USER is set');
  }
  if (password !== undefined && user === undefined) {
    found.push('MIGRATION_DATABASE_USER is missing although MIGRATION_DATABASE_PASSWORD is set');
  }
  if (user !== undefined && user === variables.DATABASE_USER) {
    found.push('MIGRATION_DATABASE_USER must be another role than DATABASE_USER, which may only read and write rows');
  }
  if (variables.SEED_DEVELOPMENT_DATA === 'true' && variables.NODE_ENV === 'production') {
    found.push('SEED_DEVELOPMENT_DATA must not be true when NODE_ENV is production');
  }
  return found;
}

// Task definitions and Compose files cannot unset a variable, only leave it empty.
function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}

function inWords(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} ${issue.message}`;
}

function wrongVariables(problems: readonly string[]): StartupError {
  return new StartupError(
    'SETTINGS_WRONG',
    `These environment variables are wrong: ${problems.join('; ')}.`,
    'Correct them in the task definition (or the shell) and start again.',
  );
}
