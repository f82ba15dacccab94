import { isUnread, no, ok, warning, type Check } from "./check.ts";

const roleMembers = { executionRoleArn: "execution role", taskRoleArn: "task role" } as const;

/** Without any permission on IAM: those that run now are there, and may be passed by whoever registered them. */
export const roles: Check = {
  needs: ["current"],
  look: ({ taskDefinition }, { account, current }) =>
    Object.entries(roleMembers).flatMap(([member, name]) => {
      const arn = taskDefinition[member];
      if (typeof arn !== "string") return member === "executionRoleArn" ? [no("role-missing", `The task definition has no ${name}: its images could not be pulled, nor its secrets read.`, "Give the template an executionRoleArn.")] : [];
      if (arn.split(":")[4] !== account) return [no("role-other-account", `The ${name} ${arn} is not of account ${account}.`, "Correct the role's name in gitops.json, or use credentials of its account.")];
      if (current?.body[member] === arn) return [ok("role", `The ${name} is that of what runs.`)];
      return [warning("role-unknown", `Whether the ${name} ${arn.split("/").at(-1) ?? arn} is there, and the caller may pass it, shows only when the task definition is registered; nothing runs by that.`, "Look at release.executionRole and release.taskRole in gitops.json if it is refused.")];
    }),
};

export const secretsCheck: Check = {
  needs: [],
  look: ({ settings }, have) =>
    Object.entries(settings.secrets).flatMap(([placeholder, name]) => {
      if (isUnread(have, `secrets.${placeholder}`)) return [];
      if (have.secrets[placeholder] === undefined) return [no("secret-missing", `There is no secret ${name} in Secrets Manager: no task could start.`, `Create it, or correct release.secrets.${placeholder} in gitops.json.`)];
      return [ok("secret", `The secret ${name} is there.`)];
    }),
};
