import { posix } from "node:path";
import type { Config } from "../config.ts";
import type { StepResult } from "../engine/engine.ts";
import { severities, type Finding } from "../report/schema.ts";
import { evidenceOfFailure, joinParts, UnreadableReportError, type Evidence, type Gate, type GateContext } from "./gate.ts";
import { auditStep, freshnessOf, readAuditStep } from "./npm/audit-step.ts";
import { foundCode, readNpmAudit, severityOf, withoutPassword, type NpmAdvisory, type NpmVulnerability } from "./npm/audit.ts";
import { findLockFiles, type NpmLockFile } from "./npm/lock-files.ts";
import { nameAt, pathTo } from "./npm/lock.ts";

/** npm audit on each of the repository's lock files. */
export const dependencies: Gate = {
  name: "dependencies",
  tool: "npm audit",
  blocksAt: "high",
  // The rule is one advisory, not a kind of them.
  allowByRule: true,
  nothingToDo: () => undefined,
  look: async (context) => {
    const { files, gaps } = await findLockFiles(context.engine.tree, context.config);
    // npm asks nobody where there is nothing to ask for.
    const asked = files.filter(({ lock }) => lock.installed.length > 0);
    if (asked.length === 0) return nothingSeen(gaps.length > 0 ? gaps : ["No npm lock file of this repository lists a package, and this gate reads npm's only. Where nothing comes from npm, turn it off in gitops.json and say so."]);
    const feed = await askFeed(context).catch(evidenceOfFailure);
    if ("gaps" in feed) return { ...feed, gaps: [...feed.gaps, ...sayOnce(gaps)] };
    const evidence = await joinParts(Object.fromEntries(asked.map((file) => [file.path, async () => auditLockFile(file, context)])));
    return {
      ...evidence,
      gaps: sayOnce([...gaps, ...evidence.gaps]),
      cached: feed.cached && evidence.cached,
      standIns: [...new Set([...feed.standIns, ...evidence.standIns])],
      raw: new Map([...feed.raw, ...evidence.raw]),
      facts: [
        { name: "lock files", value: String(asked.length) },
        { name: "advisories as of", value: freshnessOf(context.now) },
      ],
    };
  },
};

const nothingSeen = (gaps: readonly string[]): Evidence => ({ toolVersion: "not run", lookedAt: { count: 0, unit: "packages" }, findings: [], suppressions: [], gaps: sayOnce(gaps), cached: false, standIns: [], raw: new Map() });

/** Vulnerable since March 2022, GHSA-xvch-5gv4-984h, in every database of advisories. */
const known = { name: "minimist", version: "1.2.5" };

/**
 * Asks for a package that is known to be vulnerable. A registry without
 * advisories may answer "none" to everything, in the right form: only this tells
 * it from one that has looked. Throws UnreadableReportError and StepError.
 */
async function askFeed(context: GateContext): Promise<Pick<Evidence, "cached" | "standIns" | "raw">> {
  const wanted = { dependencies: { [known.name]: known.version } };
  const lock = { lockfileVersion: 3, packages: { "": wanted, [`node_modules/${known.name}`]: { version: known.version } } };
  const step = auditStep("dependencies/feed", context, { manifest: JSON.stringify(wanted), lockName: "package-lock.json", lock: JSON.stringify(lock) }, [foundCode]);
  const result = await context.engine.run(step, context.signal);
  const { audit, text } = readAuditStep(result);
  const { vulnerabilities } = readNpmAudit(text, audit);
  if (!vulnerabilities.some(({ name }) => name === known.name)) throw new UnreadableReportError(`The registry answers, and knows of no vulnerability in ${known.name} ${known.version}, which every database of advisories has: its answers mean nothing.`, withoutPassword(`${text}\n${audit.stderr}`));
  return { cached: result.cached, standIns: result.standIns, raw: new Map([["feed.log", withoutPassword(audit.stderr)]]) };
}

async function auditLockFile(file: NpmLockFile, context: GateContext): Promise<Evidence> {
  const step = auditStep(`dependencies/${file.path}`, context, { manifest: file.manifest, lockName: posix.basename(file.path), lock: file.text }, [0, foundCode]);
  return readAuditedLock(file, serviceOf(file.path, context.config), await context.engine.run(step, context.signal));
}

/** Turns one lock file's step into evidence. */
export function readAuditedLock(file: Pick<NpmLockFile, "path" | "lock">, service: string | undefined, result: StepResult): Evidence {
  const { npm, audit, text } = readAuditStep(result);
  const { vulnerabilities, packages } = readNpmAudit(text, audit);
  const { installed } = file.lock;
  if (packages < installed.length) throw new UnreadableReportError(`npm audit looked at ${String(packages)} packages, and the lock file has ${String(installed.length)}.`, text);
  const name = file.path.replaceAll("/", "-");
  return {
    toolVersion: npm,
    lookedAt: { count: installed.length, unit: "packages" },
    findings: vulnerabilities.flatMap((vulnerability) => findingsOf(vulnerability, file, service, text)),
    suppressions: [],
    gaps: [],
    cached: result.cached,
    standIns: result.standIns,
    raw: new Map([
      [`${name}.audit.json`, text],
      [`${name}.log`, withoutPassword(audit.stderr)],
    ]),
  };
}

function findingsOf(vulnerability: NpmVulnerability, { path, lock }: Pick<NpmLockFile, "path" | "lock">, service: string | undefined, text: string): Finding[] {
  const { name, nodes, via } = vulnerability;
  const advisories = via.filter((cause) => typeof cause !== "string");
  if (advisories.length === 0) return [];
  const versions = nodes.map((location) => (nameAt(lock, location) === name ? lock.packages.get(location)?.version : undefined));
  if (versions.length === 0 || versions.includes(undefined)) throw new UnreadableReportError(`npm audit reports ${name} in a place where the lock file does not have it.`, text);
  const where = `${name}@${[...new Set(versions)].join(", ")}`;
  const way = pathTo(lock, nodes);
  const fixedIn = fixOf(vulnerability);
  // One advisory stands several times where it has several ranges.
  return [...Map.groupBy(advisories, ruleOf)].flatMap(([rule, same]): Finding[] => {
    const [advisory] = same.toSorted((one, other) => severities.indexOf(severityOf(one.severity)) - severities.indexOf(severityOf(other.severity)));
    if (advisory === undefined) return [];
    return [
      {
        gate: "dependencies",
        id: `${rule}:${path}:${name}`,
        rule,
        severity: severityOf(advisory.severity),
        title: `${advisory.title} (affects ${[...new Set(same.map(({ range }) => range))].join(" or ")})`,
        where,
        ...(service === undefined ? {} : { service }),
        ...(fixedIn === undefined ? {} : { fixedIn }),
        ...(/^https?:\/\//.test(advisory.url) && URL.canParse(advisory.url) ? { link: advisory.url } : {}),
        ...(way.length === 0 ? {} : { via: way }),
      },
    ];
  });
}

const ruleOf = (advisory: NpmAdvisory): string => /GHSA(-[0-9a-z]{4}){3}/i.exec(advisory.url)?.[0] ?? `npm-${String(advisory.source)}`;

function fixOf({ name, range, fixAvailable }: NpmVulnerability): string | undefined {
  if (fixAvailable === false) return undefined;
  if (fixAvailable !== true) return `${fixAvailable.name}@${fixAvailable.version}${fixAvailable.isSemVerMajor ? " (a major version)" : ""}`;
  const next = /<([^\s<>=|]+)$/.exec(range)?.[1];
  return `${next === undefined ? `a newer ${name}` : `${name}@${next}`}, by npm audit fix`;
}

function serviceOf(path: string, config: Config): string | undefined {
  const folder = posix.dirname(path);
  return Object.entries(config.services).find(([, service]) => service.path === folder)?.[0];
}

/** What is wrong with many lock files alike is one sentence. */
function sayOnce(gaps: readonly string[]): string[] {
  const split = gaps.map((gap) => /^(.*?): (.*)$/s.exec(gap) ?? ["", "", gap]);
  return [...Map.groupBy(split, ([, , what = ""]) => what)].map(([what, same]) => `${same.map(([, path = ""]) => path).filter((path) => path !== "").join(", ")}: ${what}`.replace(/^: /, ""));
}
