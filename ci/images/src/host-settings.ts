import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { mavenSettings } from "./maven-settings.ts";
import { npmrcForContainers } from "./npmrc.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What build stages and tool containers need of this machine to reach the
 * package registries. The texts may hold passwords: hand them over as secret
 * files (`secretIds`), never as arguments, and never print them.
 */
export interface HostSettings {
  /** A file with every certificate authority that this machine trusts; undefined = the usual ones serve. */
  readonly caFile: string | undefined;
  /** Each text is "" when this machine has no setting of that kind. */
  readonly npmrc: string;
  readonly pipConf: string;
  readonly aptConf: string;
  readonly goEnv: string;
  readonly mavenSettings: string;
  /** HTTP_PROXY and its like, in both cases of letters. */
  readonly proxyEnv: Readonly<Record<string, string>>;
  /** The proxy listens on this machine's loopback: only `--network host` reaches it. */
  readonly proxyOnLoopback: boolean;
}

/** Ids of the build secrets; each is a file /run/secrets/<id> in a RUN that mounts it. */
export const secretIds = { ca: "ca", npmrc: "npmrc", pipConf: "pip", aptConf: "apt", goEnv: "go", mavenSettings: "maven" } as const;

export const noHostSettings: HostSettings = {
  caFile: undefined,
  npmrc: "",
  pipConf: "",
  aptConf: "",
  goEnv: "",
  mavenSettings: "",
  proxyEnv: {},
  proxyOnLoopback: false,
};

/** Collects them from the environment and the user's and the machine's files. */
export async function collectHostSettings(env: Environment, projectFolder: string): Promise<HostSettings> {
  const caFile = await findCaFile(env);
  const proxyEnv = proxyVariables(env);
  const [npmrc, pipConf, aptConf, goEnv, maven] = await Promise.all([
    npmrcForContainers(env, projectFolder, caFile !== undefined),
    pipSettings(env),
    aptSettings(env),
    goSettings(env),
    mavenSettings(env, proxyEnv),
  ]);
  const proxyOnLoopback = Object.entries(proxyEnv).some(([name, value]) => !/^no_proxy$/i.test(name) && LOOPBACK.test(value));
  return { caFile, npmrc, pipConf, aptConf, goEnv, mavenSettings: maven, proxyEnv, proxyOnLoopback };
}

/** "http://user:password@127.0.0.1:3128", each part but the host optional. */
const LOOPBACK = /^(\w+:\/\/)?([^@/]*@)?(localhost|127\.|\[::1\])/;

/** Variables by which programs are told of another list of authorities, the widest first. */
const CA_VARIABLES = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"];
/** Where systems keep the list, and where an administrator puts what is added to it. */
const SYSTEM_CA_FILES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
const SYSTEM_CA_ADDITIONS = ["/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors"];

/**
 * The list of authorities that programs on this machine are told to use, the
 * longest where there are several: NODE_EXTRA_CA_CERTS may name one certificate
 * alone, which would not do in place of a list.
 */
async function findCaFile(env: Environment): Promise<string | undefined> {
  const told = CA_VARIABLES.map((name) => env[name]).filter((file): file is string => Boolean(file));
  const additions = await Promise.all(SYSTEM_CA_ADDITIONS.map((folder) => readdir(folder).catch((): string[] => [])));
  if (told.length === 0 && additions.flat().length === 0) return undefined;
  const candidates = [...new Set([...told, ...SYSTEM_CA_FILES])];
  const sized = await Promise.all(candidates.map(async (file) => ({ file, size: await sizeOf(file) })));
  return sized.filter(({ size }) => size > 0).sort((one, other) => other.size - one.size)[0]?.file;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0);
}

function proxyVariables(env: Environment): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"]) {
    const value = env[name] || env[name.toLowerCase()];
    if (value) found[name] = found[name.toLowerCase()] = value;
  }
  return found;
}

const PIP_KEYS = /^\s*(index-url|extra-index-url|trusted-host|proxy|timeout|retries)\s*=/;

async function pipSettings(env: Environment): Promise<string> {
  const home = env["HOME"] ?? "/";
  const files = ["/etc/pip.conf", join(home, ".pip/pip.conf"), join(home, ".config/pip/pip.conf"), env["PIP_CONFIG_FILE"] ?? ""];
  const lines: string[] = [];
  for (const file of files.filter(Boolean)) {
    lines.push(...(await textOf(file)).split("\n").filter((line) => PIP_KEYS.test(line)));
  }
  for (const [variable, key] of [["PIP_INDEX_URL", "index-url"], ["PIP_EXTRA_INDEX_URL", "extra-index-url"], ["PIP_TRUSTED_HOST", "trusted-host"]] as const) {
    if (env[variable]) lines.push(`${key} = ${env[variable]}`);
  }
  // A later line wins, and pip refuses a key that stands twice.
  const last = new Map(lines.map((line) => [line.split("=")[0]?.trim(), line.trim()]));
  return last.size === 0 ? "" : `[global]\n${[...last.values()].join("\n")}\n`;
}

/** What decides where apt gets packages, and whom it believes. */
const APT_KEYS = /^Acquire::(https?::|Check-Valid-Until|Check-Date|Retries|ForceIPv4)/i;

async function aptSettings(env: Environment): Promise<string> {
  const { stdout, failed } = await execa("apt-config", ["dump"], { reject: false, extendEnv: false, env: { ...env } });
  if (failed) return "";
  const lines = stdout.split("\n").filter((line) => APT_KEYS.test(line) && !/ "";$/.test(line));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

const GO_KEYS = ["GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOSUMCHECK", "GOPRIVATE", "GONOPROXY", "GOINSECURE"];

async function goSettings(env: Environment): Promise<string> {
  const file = env["GOENV"] || join(env["XDG_CONFIG_HOME"] || join(env["HOME"] ?? "/", ".config"), "go", "env");
  const written = (await textOf(file)).split("\n").filter((line) => GO_KEYS.some((key) => line.startsWith(`${key}=`)));
  const told = GO_KEYS.filter((key) => env[key]).map((key) => `${key}=${env[key]}`);
  const last = new Map([...written, ...told].map((line) => [line.split("=")[0], line]));
  return last.size === 0 ? "" : `${[...last.values()].join("\n")}\n`;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
