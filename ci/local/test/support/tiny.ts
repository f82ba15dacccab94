import type { GateName } from "../../../../dagger/src/report/schema.ts";
import { removeImages } from "./left-behind.ts";
import { testService } from "./local-engine.ts";
import type { Files } from "./scratch.ts";

/** Its name, other in each test file: they share the engine, and each removes its own images. */
export const tiny = testService();

/** The gates that most tests do without: what holds for a run holds with three of them. */
const offHere: readonly GateName[] = ["unit-tests", "dependencies", "code-quality", "infrastructure", "image-scan", "sbom", "dockerfiles", "licences"];

export const fewGates = Object.fromEntries(offHere.map((gate) => [gate, { mode: "off", reason: "not in this test" }]));

/** The least application that has an image. */
export const tinyConfig = { project: "tiny", services: { [tiny]: { path: "web", baseImages: { NODE_IMAGE: "node" } } }, gates: fewGates };

/** For an `afterAll`. */
export async function removeTinyImages(): Promise<void> {
  await removeImages(`gitops-build-${tiny}`);
  await removeImages(`tiny-${tiny}`);
}

export const tinyFiles = (changes: Files = {}, config: object = tinyConfig): Files => ({
  "gitops.json": JSON.stringify(config),
  "web/Dockerfile": "ARG NODE_IMAGE\nFROM ${NODE_IMAGE} AS runtime\nCOPY index.js /index.js\n",
  "web/index.js": "console.log('tiny');\n",
  ".gitignore": "out/\n",
  ...changes,
});

/** What Gitleaks knows as a token of GitHub; not written as one word, or it would be found here. */
export const plantedToken = ["gh", "p_", "Xw8kQ2mZ7vLr", "N4tYb6Hs9dPc", "J1fGa3EeU5iT"].join("");
