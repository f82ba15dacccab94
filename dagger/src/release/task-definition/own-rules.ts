import type { ReleaseSettings } from "../release-settings.ts";
import { commandHasSecret, hasPassword, namesSecret } from "../secret-text.ts";
import { canFail } from "./can-fail.ts";
import type { Judge, PlacedContainer } from "./judge.ts";
import { namesIn } from "./placeholders.ts";

/** What AWS would take, and what goes wrong later: at night, or in front of users. */
export function judgeOwnRules(judge: Judge, settings: Pick<ReleaseSettings, "container">): void {
  const needed = neededBy(judge, settings.container);
  for (const placed of judge.containers) {
    judgeImage(judge, placed);
    judgeSecrets(judge, placed);
    judgeHealth(judge, placed, needed.has(placed.container.name));
  }
}

/** The container that users' requests go to, and the essential ones that it waits for. */
function neededBy(judge: Judge, name: string, seen = new Set<string>()): Set<string> {
  const container = judge.containers.find((placed) => placed.container.name === name)?.container;
  if (container === undefined || seen.has(name) || container.essential === false) return seen;
  seen.add(name);
  for (const { containerName } of container.dependsOn ?? []) neededBy(judge, containerName, seen);
  return seen;
}

function judgeImage(judge: Judge, { container, at }: PlacedContainer): void {
  // A placeholder that has no value is told of elsewhere.
  if (/@sha256:[0-9a-f]{64}$/.test(container.image) || namesIn(container.image).length > 0) return;
  judge.say("no", "image-by-digest", [...at, "image"], `its image ${container.image} is not named by digest: the same tag may be another image tomorrow, in the middle of a release or after a rollback.`, "Write a placeholder such as __BACKEND_IMAGE__, or <image>@sha256:<64 hex digits>.", "image");
}

const harmless = /^(?:true|false|yes|no|on|off|)$/i;

/** The value is never shown. */
function judgeSecrets(judge: Judge, { container, at }: PlacedContainer): void {
  (container.environment ?? []).forEach(({ name, value }, index) => {
    const isSecret = namesSecret(name) && !harmless.test(value);
    if (!isSecret && !hasPassword(value)) return;
    judge.say(
      "no",
      "secret-in-environment",
      [...at, "environment", index],
      isSecret ? `the variable ${name} looks like a secret, and stands in the task definition, which many may read.` : `the variable ${name} has a password in it, and stands in the task definition, which many may read.`,
      `Move it to "secrets", as { "name": "${name}", "valueFrom": "<ARN of a secret>" }; name the secret in release.secrets of gitops.json.`,
      name,
    );
  });
  for (const member of ["command", "entryPoint"] as const) {
    if (container[member]?.some(commandHasSecret) === true) judge.say("no", "secret-in-command", [...at, member], `its ${member} has a password in it, and stands in the task definition, which many may read.`, 'Hand it over in a variable of "secrets".');
  }
  if (container.healthCheck?.command.some(commandHasSecret) === true) judge.say("no", "secret-in-command", [...at, "healthCheck", "command"], "its health check has a password in it, and stands in the task definition, which many may read.", 'Hand it over in a variable of "secrets".');
}

function judgeHealth(judge: Judge, { container, at }: PlacedContainer, isNeeded: boolean): void {
  const command = container.healthCheck?.command;
  if (command === undefined) {
    if (isNeeded) judge.say("no", "health-check-missing", at, "users are served by it, and it has no health check: a task that cannot answer would count as healthy.", 'Add a "healthCheck" that asks the program something.', "healthCheck");
    return;
  }
  const path = [...at, "healthCheck", "command"];
  const text = command.join(" ");
  if (!canFail(command)) judge.say("no", "health-check-cannot-fail", path, `its health check (${text.slice(0, 80)}) cannot fail, so that it tells nothing.`, 'End it with the program that asks, without "|| true", "exit 0" or "echo" behind it.', "healthCheck");
  else if (/\bcurl\b/.test(text) && /\bhttps?:\/\//.test(text) && !/\s(?:-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body)?|-[a-zA-Z]*w\S*|--write-out)\b/.test(text)) {
    judge.say("warning", "health-check-any-status", path, "its health check is a curl without --fail, which is content with an answer of 500 too.", "Add --fail.", "healthCheck");
  }
}
