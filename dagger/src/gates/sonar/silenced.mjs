/** Comments by which Sonar's analysers are told to say nothing. In Node: not every image of the scanner has `find`. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Sonar's own, in whatever case; and those of Python and Java that it respects. */
const markers = /NOSONAR|#\s*noqa\b|@SuppressWarnings\b/gi;

/** Each with the file and line that it stands in, from the project's folder. */
export function silencedIn(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((file) => {
    const path = join(file.parentPath, file.name);
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.flatMap((line, index) => [...line.matchAll(markers)].map(([marker]) => ({ marker, where: `${relative(folder, path)}:${String(index + 1)}` })));
  });
}
