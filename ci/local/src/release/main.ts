import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../container-engine/cache-folder.ts";

// As the pipeline's own command line does it.
enableCompileCache(join(cacheFolder(process.env), "compiled"));
await import("./command-line.ts");
