import { expect, it } from "vitest";
import { engineError } from "../../src/tasks/containers/engine-trial.ts";
import { refusedFeature } from "../../src/tasks/containers/run-arguments.ts";
import { reasonOf } from "../../src/tasks/containers/start-failed.ts";

it.each([
  ["docker", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", "ENGINE_SILENT", /dockerd/],
  ["docker", "error during connect: Get \"http://host:2375/v1.41/images\": dial tcp: lookup host: no such host", "ENGINE_SILENT", /DOCKER_HOST/],
  ["docker", "no end within 120 s", "ENGINE_SILENT", /DOCKER_HOST/],
  ["podman", "unable to connect to Podman socket: dial unix /run/podman.sock: connect: connection refused", "ENGINE_SILENT", /podman machine start/],
  ["podman", "runc create failed: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied", "ENGINE_REFUSES_LIMITS", /CONTAINERS_CONF.*default_ulimits/],
  ["podman", "crun: setrlimit `RLIMIT_NPROC`: Operation not permitted: OCI permission denied", "ENGINE_REFUSES_LIMITS", /ulimit -Hn/],
  ["podman", "creating container storage: write /var/lib/containers/x: no space left on device", "DISK_FULL", /podman system prune/],
  ["podman", "crun: unknown version specified", "ENGINE_FAILS", /podman info/],
] as const)("%s that says %j is told as %s", (program, said, code, next) => {
  const error = engineError(program, `ResourceInitializationError: ${said}`);
  expect(error.code).toBe(code);
  expect(error.message).toContain(said);
  expect(error.message).toMatch(/Nothing was started\.$/);
  expect(error.message).not.toContain("ResourceInitializationError");
  expect(error.next).toMatch(next);
});

it.each([
  ["time=\"2026-01-01\" level=warning msg=\"a warning\"\nError: no such image", "no such image"],
  ["docker: Error response from daemon: failed to create task\n\nRun 'docker run --help' for more information", "failed to create task"],
  ["Error response from daemon: no such container", "no such container"],
  ["Error: payload does not match any of the supported image formats:\n * oci: not a directory\n * docker-archive: write /x: no space left on device", "payload does not match any of the supported image formats: * docker-archive: write /x: no space left on device"],
  ["Error: payload does not match any of the supported image formats:\n * oci: not a directory\n * docker-archive: not a tar", "payload does not match any of the supported image formats: * oci: not a directory * docker-archive: not a tar"],
  ["something else\nentirely", "entirely"],
  ["", ""],
])("finds what matters in %j", (stderr, reason) => {
  expect(reasonOf(stderr)).toBe(reason);
});

it.each([
  ["Error: OCI runtime error: crun: the requested cgroup controller `memory` is not available", "memoryLimit"],
  ["docker: Error response from daemon: exec: \"docker-init\": executable file not found in $PATH.", "init"],
  ["Error: container-init binary not found on the host: stat /usr/libexec/podman/catatonit: no such file or directory", "init"],
  ["docker: Error response from daemon: Mounts denied: The path /tmp/x/hosts is not shared from the host and is not known to Docker.", "ownHosts"],
  ["Error: statfs /tmp/x/hosts: no such file or directory", "ownHosts"],
  ["Error: exec: \"/no/such/program\": stat /no/such/program: no such file or directory", undefined],
] as const)("%j is about %s", (stderr, feature) => {
  const all = { memoryLimit: true, init: true, ownHosts: true };
  expect(refusedFeature(stderr, all)).toBe(feature);
  // What is done without already is not what it is about.
  if (feature !== undefined) expect(refusedFeature(stderr, { ...all, [feature]: false })).toBeUndefined();
});
