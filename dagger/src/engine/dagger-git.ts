import { ReturnType, type Container, type Directory } from "@dagger.io/dagger";
import { gitLog, type GitLog } from "../release/git-log.ts";

/** Git ends with 128 for a commit that it does not have, and Dagger takes 128 to 191 for a signal, whatever is expected. */
const askGit = 'git --git-dir=/history "$@"; code=$?; [ "$code" -lt 128 ] || exit 127; exit "$code"';

/** The history that came along with the source, asked of Git in an image that has it. */
export function daggerGit(image: Container, history: Directory): GitLog {
  const repository = image
    .withUser("0:0")
    .withMountedDirectory("/history", history)
    .withEnvVariable("LC_ALL", "C")
    .withEnvVariable("GIT_CONFIG_COUNT", "1")
    .withEnvVariable("GIT_CONFIG_KEY_0", "safe.directory")
    .withEnvVariable("GIT_CONFIG_VALUE_0", "*");
  return gitLog(async (args) => {
    const asked = repository.withExec(["sh", "-c", askGit, "git", ...args], { expect: ReturnType.Any });
    return { exitCode: await asked.exitCode(), stdout: await asked.stdout() };
  });
}
