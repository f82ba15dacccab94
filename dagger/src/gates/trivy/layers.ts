import { z } from "zod";

/** What an image says of how it was made. */
export const imageConfigSchema = z.object({
  history: z.array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() })).optional(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/** Layer -> the instruction that made it, or its place where the history does not fit. */
export function nameLayers({ history = [], rootfs }: z.infer<typeof imageConfigSchema>): ReadonlyMap<string, string> {
  const { diff_ids: layers } = rootfs;
  const made = history.filter((entry) => entry.empty_layer !== true);
  return new Map(
    layers.map((layer, index) => {
      const instruction = made.length === layers.length ? toInstruction(made[index]?.created_by ?? "") : "";
      return [layer, instruction === "" ? `layer ${String(index + 1)} of ${String(layers.length)}` : instruction];
    }),
  );
}

const longest = 100;

/** Builders write the same instruction in different ways; build arguments, which may be secret, are left out. */
function toInstruction(createdBy: string): string {
  const text = createdBy.replaceAll(/\s+/g, " ").trim().replace(/ # buildkit$/, "").replaceAll(/\b(file|dir|multi):([0-9a-f]{8})[0-9a-f]{56}\b/g, "$1:$2");
  const plain = text.replace(/^(?:RUN )?(?:\|\d+ .*?)?\/bin\/(?:ba)?sh -c #\(nop\) +/, "").replace(/^(?:RUN )?(?:\|\d+ .*?)?\/bin\/(?:ba)?sh -c /, "RUN ");
  // An argument's value stands before the shell: cut off with an unknown shell, too.
  const safe = /^(?:RUN )?\|\d+ /.test(plain) ? "RUN …" : plain;
  return safe.length <= longest ? safe : `${safe.slice(0, longest - 1)}…`;
}
