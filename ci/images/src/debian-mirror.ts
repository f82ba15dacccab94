import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** One source of Debian packages, as a line of sources.list has it. */
export interface DebianSource {
  readonly uri: string;
  /** "", "-updates" or "-security": what follows the release's name. */
  readonly pocket: "" | "-updates" | "-security";
}

const FOLDER = "/etc/apt";
const RELEASES = /^(?:bullseye|bookworm|trixie|forky|stable|oldstable)(|-updates|-security)$/;

/**
 * The mirrors from which this machine gets Debian, so that a stand-in comes from
 * the same ones. None on Ubuntu: mmdebstrap's own choice serves there.
 * Passwords in an address are left out: the image would keep them.
 */
export async function debianSources(folder = FOLDER): Promise<DebianSource[]> {
  const inFolder = (await readdir(join(folder, "sources.list.d")).catch(() => [])).sort();
  const files = ["sources.list", ...inFolder.map((name) => join("sources.list.d", name))];
  const texts = await Promise.all(
    files
      .filter((name) => /\.(list|sources)$/.test(name))
      .map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8").catch(() => "") })),
  );
  const found = texts.flatMap(({ name, text }) => (name.endsWith(".sources") ? fromStanzas(text) : fromLines(text)));
  const first = new Map<string, DebianSource>();
  for (const source of found) if (!first.has(source.pocket)) first.set(source.pocket, source);
  return first.has("") ? [...first.values()] : [];
}

/** The lines of a sources.list for another release of Debian. */
export function sourcesList(sources: readonly DebianSource[], release: string): string[] {
  return sources.map(({ uri, pocket }) => `deb ${uri} ${release}${pocket} main`);
}

function fromLines(text: string): DebianSource[] {
  return text.split("\n").flatMap((line) => {
    const [, uri, suite] = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b/.exec(line) ?? [];
    return uri && suite ? sourcesOf(uri, [suite]) : [];
  });
}

function fromStanzas(text: string): DebianSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, "m").exec(stanza)?.[1]?.trim();
    const isOff = field("Enabled") === "no" || !field("Types")?.split(/\s+/).includes("deb");
    const uri = field("URIs")?.split(/\s+/)[0];
    return isOff || !uri ? [] : sourcesOf(uri, field("Suites")?.split(/\s+/) ?? []);
  });
}

function sourcesOf(uri: string, suites: readonly string[]): DebianSource[] {
  if (!/^https?:/.test(uri)) return [];
  return suites.flatMap((suite) => {
    const pocket = RELEASES.exec(suite)?.[1] as DebianSource["pocket"] | undefined;
    return pocket === undefined ? [] : [{ uri: withoutPassword(uri), pocket }];
  });
}

function withoutPassword(uri: string): string {
  return uri.replace(/^(https?:\/\/)[^@/]*@/, "$1");
}
