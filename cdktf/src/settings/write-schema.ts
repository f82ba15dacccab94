import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsJsonSchema } from "./json-schema.ts";

/** Writes infrastructure.schema.json; a test holds it fresh. */
writeFileSync(join(import.meta.dirname, "..", "..", "infrastructure.schema.json"), settingsJsonSchema());
