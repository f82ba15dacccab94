const MOST_LINES = 15;
const MOST_CHARACTERS = 2_000;

/** The end of a command's output: where the reason for a failure stands. */
export function lastLines(text: string, most = MOST_LINES): string {
  const lines = text.trimEnd().split("\n").slice(-most).join("\n");
  return lines.length > MOST_CHARACTERS ? `…${lines.slice(-MOST_CHARACTERS)}` : lines;
}
