import { describe, expect, it } from "vitest";
import { nameLayers } from "../../../src/gates/trivy/layers.ts";

const named = (createdBy: string): string | undefined => nameLayers({ history: [{ created_by: createdBy }], rootfs: { diff_ids: ["sha256:a"] } }).get("sha256:a");

describe("a layer is named by the instruction that made it", () => {
  it.each([
    [`/bin/sh -c #(nop) COPY dir:092d16f7${"c5".repeat(28)} in node_modules `, "COPY dir:092d16f7 in node_modules"],
    ["/bin/sh -c #(nop)  CMD [\"node\"]", 'CMD ["node"]'],
    ["/bin/sh -c apt-get update", "RUN apt-get update"],
    ["|1 NODE_VERSION=24.21.0 /bin/sh -c groupadd --gid 1000 node  && useradd node", "RUN groupadd --gid 1000 node && useradd node"],
    ["COPY dist dist # buildkit", "COPY dist dist"],
    ["RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"],
    ["RUN |2 A=b TOKEN=s3cret /bin/sh -c npm ci # buildkit", "RUN npm ci"],
    ["RUN |1 TOKEN=s3cret /bin/bash -o pipefail -c npm ci", "RUN …"],
    ["|1 TOKEN=s3cret /bin/ash -eo pipefail -c npm ci", "RUN …"],
    ["/bin/sh -c set -eux;\n\tapt-get update", "RUN set -eux; apt-get update"],
    [`/bin/sh -c ${"x".repeat(200)}`, `RUN ${"x".repeat(95)}…`],
    ["", "layer 1 of 1"],
  ])("%j", (createdBy, instruction) => {
    expect(named(createdBy)).toBe(instruction);
  });

  it("leaving out what made no layer", () => {
    const names = nameLayers({
      history: [{ created_by: "ADD a" }, { created_by: "ENV B=c", empty_layer: true }, { created_by: "COPY d", empty_layer: false }],
      rootfs: { diff_ids: ["sha256:a", "sha256:d"] },
    });
    expect([...names]).toEqual([["sha256:a", "ADD a"], ["sha256:d", "COPY d"]]);
  });

  it("or by its place, where the history is of other layers or none", () => {
    expect([...nameLayers({ history: [{ created_by: "ADD a" }], rootfs: { diff_ids: ["sha256:a", "sha256:b"] } }).values()]).toEqual(["layer 1 of 2", "layer 2 of 2"]);
    expect([...nameLayers({ rootfs: { diff_ids: ["sha256:a"] } }).values()]).toEqual(["layer 1 of 1"]);
  });
});
