import { z } from "zod";
import { settingsSchema } from "./settings-schema.ts";

/** For editors, which complete and check infrastructure.json by it: of what is written, before defaults. */
export const settingsJsonSchema = (): string => `${JSON.stringify(z.toJSONSchema(settingsSchema, { io: "input" }), undefined, 2)}\n`;
