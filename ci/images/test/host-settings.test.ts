import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectHostSettings } from "../src/host-settings.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "gitops-home-"));
});
afterEach(() => rm(home, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(home, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const collect = (env: Record<string, string> = {}) => collectHostSettings({ HOME: home, PATH: "", ...env }, join(home, "project"));

describe("collectHostSettings", () => {
  test("takes of npm's settings what says from where and as whom, the project's over the user's", async () => {
    await write(".npmrc", 'registry=https://npm.example/\n//npm.example/:_authToken=${TOKEN}\ncache=/somewhere\n; a comment\n"quoted"="yes"\n');
    await write("project/.npmrc", "@ours:registry = https://ours.example/\nstrict-ssl=true\nsave-exact=true\n");
    const { npmrc } = await collect({ TOKEN: "t0k3n" });
    expect(npmrc.split("\n").filter((line) => !line.startsWith("cafile="))).toEqual([
      "registry=https://npm.example/",
      "//npm.example/:_authToken=t0k3n",
      "@ours:registry=https://ours.example/",
      "strict-ssl=true",
      "",
    ]);
  });

  test("takes npm's settings from the environment over those of files", async () => {
    await write(".npmrc", "registry=https://npm.example/\n");
    expect((await collect({ npm_config_registry: "https://other.example/" })).npmrc).toContain("registry=https://other.example/\n");
  });

  test("takes the longest list of authorities that this machine's programs are told of", async () => {
    const bundle = await write("bundle.pem", "CERTIFICATE\n".repeat(100_000));
    const single = await write("single.pem", "CERTIFICATE\n");
    const { caFile, npmrc } = await collect({ NODE_EXTRA_CA_CERTS: single, SSL_CERT_FILE: bundle });
    expect(caFile).toBe(bundle);
    expect(npmrc).toContain("cafile=/run/secrets/ca\n");
  });

  test("gives proxies in both cases of letters, and knows one that only this machine reaches", async () => {
    const settings = await collect({ https_proxy: "http://user:pass@127.0.0.1:3128", NO_PROXY: "localhost" });
    expect(settings.proxyEnv).toEqual({
      HTTPS_PROXY: "http://user:pass@127.0.0.1:3128",
      https_proxy: "http://user:pass@127.0.0.1:3128",
      NO_PROXY: "localhost",
      no_proxy: "localhost",
    });
    expect(settings.proxyOnLoopback).toBe(true);
    expect((await collect({ HTTP_PROXY: "http://proxy.example:3128", NO_PROXY: "localhost" })).proxyOnLoopback).toBe(false);
  });

  test("takes pip's and Go's registries, the environment's over those of files", async () => {
    await write(".config/pip/pip.conf", "[global]\nindex-url = https://pypi.example/simple\ncache-dir = /somewhere\n");
    await write(".config/go/env", "GOPROXY=https://go.example\nGOFLAGS=-v\n");
    const { pipConf, goEnv } = await collect({ PIP_INDEX_URL: "https://other.example/simple", GOSUMDB: "off" });
    expect(pipConf).toContain("index-url = https://other.example/simple\n");
    expect(pipConf).not.toContain("cache-dir");
    expect(goEnv).toBe("GOPROXY=https://go.example\nGOSUMDB=off\n");
  });

  test("takes Maven's settings with their variables resolved, which a container does not have", async () => {
    await write(".m2/settings.xml", "<settings><mirrors><mirror><url>https://${env.HOST}/maven</url></mirror></mirrors><a>${env.NOBODY}</a><b>${user.home}</b></settings>\n");
    const { mavenSettings } = await collect({ HOST: "a&b.example" });
    expect(mavenSettings).toBe("<settings><mirrors><mirror><url>https://a&amp;b.example/maven</url></mirror></mirrors><a>${env.NOBODY}</a><b>${user.home}</b></settings>\n");
  });

  test("writes settings for Maven that name the proxy, which it does not read from the environment", async () => {
    const { mavenSettings } = await collect({ HTTPS_PROXY: "http://us%40er:p%26ss@proxy.example:3128", NO_PROXY: "localhost,.example.org" });
    expect(mavenSettings).toContain("<protocol>https</protocol><host>proxy.example</host><port>3128</port><username>us@er</username><password>p&amp;ss</password><nonProxyHosts>localhost|*.example.org</nonProxyHosts>");
    expect(mavenSettings).toContain("<protocol>http</protocol>");
    expect((await collect()).mavenSettings).toBe("");
  });
});
