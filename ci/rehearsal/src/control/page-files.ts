import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";

/** The page's own sources: TypeScript, served without its types, and so without a build. */
const sources = new URL("../../page/", import.meta.url);

/** What the page uses of others, by the name under which it is served. */
const libraries: Readonly<Record<string, () => string | URL>> = {
  // What Node resolves is the build for servers; the one for browsers lies above it.
  "lib/lit-html.js": () => new URL("../lit-html.js", import.meta.resolve("lit-html")),
  "lib/uplot.js": () => import.meta.resolve("uplot/dist/uPlot.esm.js"),
  "lib/uplot.css": () => import.meta.resolve("uplot/dist/uPlot.min.css"),
};

/** A browser knows no packages. */
const specifiers: readonly (readonly [RegExp, string])[] = [
  [/(from\s*)"lit-html"/g, '$1"/_rehearsal/page/lib/lit-html.js"'],
  [/(from\s*)"uplot"/g, '$1"/_rehearsal/page/lib/uplot.js"'],
];

const types: Readonly<Record<string, string>> = { ts: "text/javascript", js: "text/javascript", css: "text/css", svg: "image/svg+xml", html: "text/html" };

/** Nothing from elsewhere, nothing inline; nobody may frame it. */
const headers = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** Answers for `path` below `/_rehearsal/`, where it is the page or a part of it; false where it is not. */
export async function sendPage(response: ServerResponse, path: string): Promise<boolean> {
  const name = path === "" ? "index.html" : /^page\/((?:[a-z0-9-]+\/)?[a-z0-9.-]+\.(?:ts|js|css|svg))$/.exec(path)?.[1];
  if (name === undefined) return false;
  const text = await read(name);
  if (text === undefined) return false;
  response.writeHead(200, { ...headers, "content-type": `${types[name.split(".").at(-1) ?? ""] ?? "text/plain"}; charset=utf-8` });
  response.end(text);
  return true;
}

async function read(name: string): Promise<string | undefined> {
  const library = libraries[name];
  try {
    const text = await readFile(library === undefined ? new URL(name, sources) : new URL(library()), "utf8");
    if (library !== undefined || !name.endsWith(".ts")) return text;
    return specifiers.reduce((script, [from, to]) => script.replace(from, to), quietly(() => stripTypeScriptTypes(text)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Node says once that taking types away may change: nothing that somebody who looks at a page could act on. */
function quietly<Result>(work: () => Result): Result {
  const own = Object.getOwnPropertyDescriptor(process, "emitWarning");
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    if (own !== undefined) Object.defineProperty(process, "emitWarning", own);
  }
}
