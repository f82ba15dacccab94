import { ReturnType, type Container, type Directory } from "@dagger.io/dagger";
import { gitLog, type GitLog } from "../release/git-log.ts";

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
    const asked = repository.withExec(["git", "--git-dir=/history", ...args], { expect: ReturnType.Any });
    return { exitCode: await asked.exitCode(), stdout: await asked.stdout() };
  });
}
