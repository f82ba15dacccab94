import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { TerraformStack } from "cdktf";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer.js";
import { Construct } from "constructs";
import { zipOf } from "./zip.ts";

/** One source file as the archive that Lambda wants, beside the stack's JSON. */
export class FunctionArchive extends Construct {
  /** As Terraform reads it, from the stack's folder. */
  readonly path: string;
  /** Changes with the file, so that Terraform sees that it changed. */
  readonly hash: string;

  constructor(scope: Construct, id: string, { file }: { readonly file: string }) {
    super(scope, id);
    const archive = zipOf(basename(file), readFileSync(file));
    this.hash = createHash("sha256").update(archive).digest("base64");
    this.path = `assets/${id}.zip`;
    addCustomSynthesis(this, {
      onSynthesize: ({ manifest, outdir }) => {
        const target = join(outdir, dirname(manifest.forStack(TerraformStack.of(this)).synthesizedStackPath), this.path);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, archive);
      },
    });
  }
}
