import { readFile } from "node:fs/promises";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Maven's settings for containers: the user's file, with its variables resolved,
 * which a container does not have. Maven reads no proxy from the environment,
 * so that without a file one is written that names it.
 */
export async function mavenSettings(env: Environment, proxyEnv: Readonly<Record<string, string>>): Promise<string> {
  const file = join(env["HOME"] ?? "/", ".m2", "settings.xml");
  const text = await readFile(file, "utf8").catch(() => "");
  if (text !== "") return text.replace(/\$\{env\.([^}]+)\}/g, (whole, name: string) => (env[name] === undefined ? whole : xml(env[name])));
  const proxy = proxyEnv["HTTPS_PROXY"] ?? proxyEnv["ALL_PROXY"] ?? "";
  return URL.canParse(proxy) ? settingsOfProxy(new URL(proxy), proxyEnv["NO_PROXY"] ?? "") : "";
}

function settingsOfProxy(proxy: URL, noProxy: string): string {
  const parts = {
    active: "true",
    protocol: "http",
    host: proxy.hostname,
    port: proxy.port || "80",
    username: decodeURIComponent(proxy.username),
    password: decodeURIComponent(proxy.password),
    // A leading dot is how the environment says "and what is below it".
    nonProxyHosts: noProxy.split(",").map((host) => host.trim().replace(/^\./, "*.")).join("|"),
  };
  const lines = Object.entries(parts).filter(([, value]) => value !== "").map(([name, value]) => `<${name}>${xml(value)}</${name}>`);
  const ofProtocol = (protocol: string): string => `<proxy><id>${protocol}</id>${lines.join("").replace("<protocol>http<", `<protocol>${protocol}<`)}</proxy>`;
  return `<settings><proxies>${ofProtocol("http")}${ofProtocol("https")}</proxies></settings>\n`;
}

const xml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
