/** Writes `docs/permissions.md`. */
import { writeFileSync } from "node:fs";
import { applicationPermissions } from "./application-permissions.ts";
import { permissionsMarkdown } from "./permissions-markdown.ts";

const root = new URL("../../", import.meta.url);
writeFileSync(new URL("docs/permissions.md", root), permissionsMarkdown(applicationPermissions(root)));
