/** Writes `docs/permissions.md`, `cdktf/permissions.json`, and the policy of whoever releases into the rehearsal's world. */
import { readFileSync, writeFileSync } from "node:fs";
import { applicationPermissions } from "./application-permissions.ts";
import { permissionsJson } from "./permissions-json.ts";
import { permissionsMarkdown } from "./permissions-markdown.ts";
import { withDeployerPolicy } from "./world-permissions.ts";

const root = new URL("../../", import.meta.url);
const inputs = applicationPermissions(root);
const world = new URL("ci/rehearsal/worlds/notes.tf.json", root);
writeFileSync(new URL("docs/permissions.md", root), permissionsMarkdown(inputs));
writeFileSync(new URL("cdktf/permissions.json", root), permissionsJson());
writeFileSync(world, withDeployerPolicy(readFileSync(world, "utf8"), inputs));
