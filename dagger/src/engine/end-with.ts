import type { Container } from "@dagger.io/dagger";

/**
 * Ends a function with words and an exit code of our own: Dagger's command line
 * takes on that of a command that failed, where nobody catches it. `image` is any
 * with a shell; without one, the code is 1 and in the words.
 */
export async function endWith(exitCode: number, text: string, image?: () => Promise<Container>): Promise<never> {
  const container = await image?.().catch(() => undefined);
  if (container !== undefined) {
    await container
      .withUser("0:0")
      .withNewFile("/tmp/words", `${text}The exit code is ${String(exitCode)}.\n`)
      .withExec(["sh", "-c", 'cat /tmp/words >&2; exit "$1"', "sh", String(exitCode)])
      .sync();
  }
  // On a line of its own: Dagger puts a word before it.
  throw new Error(`\n${text}The exit code is ${String(exitCode)}; Dagger itself knows 1 only.`);
}
