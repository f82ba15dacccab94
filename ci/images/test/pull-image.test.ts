import { describe, expect, test } from "vitest";
import { judgeRefusal, registryOf } from "../src/pull-image.ts";

describe("judgeRefusal", () => {
  test.each([
    // Podman 4.3, registry's name unknown
    ["unreachable", 'Error: initializing source docker://busybox:latest: pinging container registry registry.example: Get "https://registry.example/v2/": dial tcp: lookup registry.example on 10.0.0.1:53: no such host'],
    ["unreachable", 'Error response from daemon: Get "https://registry.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)'],
    ["unreachable", 'Error response from daemon: Get "https://registry.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ["unreachable", 'Error: initializing source docker://a:1: pinging container registry registry.example: Get "https://registry.example/v2/": proxyconnect tcp: dial tcp 10.0.0.2:3128: connect: connection refused'],
    ["unreachable", "Error: initializing source docker://a:1: pinging container registry registry.example: received unexpected HTTP status: 403 Forbidden"],
    ["absent", "Error: initializing source docker://registry.example/a:9: reading manifest 9 in registry.example/a: manifest unknown"],
    ["absent", "Error response from daemon: manifest for a:9 not found: manifest unknown: manifest unknown"],
    ["denied", "Error response from daemon: pull access denied for a/b, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"],
    ["denied", "Error: initializing source docker://a/b:1: reading manifest 1 in registry.example/a/b: unauthorized: authentication required"],
    ["denied", "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit."],
    ["failed", "Error: writing blob: no space left on device"],
  ] as const)("%s: %s", (kind, stderr) => {
    expect(judgeRefusal(stderr)).toMatchObject({ kind });
  });

  test("leaves the request out of the reason", () => {
    const { why } = judgeRefusal('Error: initializing source docker://a:1: pinging: Get "https://registry.example/v2/": dial tcp: no such host');
    expect(why).toBe("dial tcp: no such host");
  });
});

describe("registryOf", () => {
  test.each([
    ["node:24", "docker.io"],
    ["library/node:24", "docker.io"],
    ["docker.io/library/node:24", "docker.io"],
    ["registry.example/node", "registry.example"],
    ["localhost/node", "localhost"],
    ["registry:5000/node@sha256:00", "registry:5000"],
  ])("of %s is %s", (reference, registry) => {
    expect(registryOf(reference)).toBe(registry);
  });
});
