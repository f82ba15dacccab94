import { spawn } from "node:child_process";

/** The command line of AWS could not do what was asked. */
export class AwsCliError extends Error {
  override readonly name = "AwsCliError";
}

/**
 * Secrets Manager through AWS's own command line, so that whoever applies needs nothing
 * else. Values go through pipes: an argument would show in `ps`.
 */
export class AwsCli {
  readonly #region: string;

  constructor(region: string) {
    this.#region = region;
  }

  /** Throws AwsCliError when there is no such secret, or when it is another account's. */
  async hasValue(name: string, account: string): Promise<boolean> {
    const text = await this.#secretsManager(["describe-secret", "--secret-id", name, "--query", "[ARN, length(values(VersionIdsToStages || `{}`))]", "--output", "text"]);
    const [arn = "", versions = ""] = text.trim().split(/\s+/);
    const owner = arn.split(":")[4];
    if (owner !== account) throw new AwsCliError(`The secret ${name} is in account ${owner ?? "?"}, and infrastructure.json says ${account}. Credentials of that account would do.`);
    return Number(versions) > 0;
  }

  /** 40 letters and digits, about 238 bits; nothing that a shell, a URL or SQL reads in another way. */
  async makePassword(): Promise<string> {
    const password = (await this.#secretsManager(["get-random-password", "--password-length", "40", "--exclude-punctuation", "--query", "RandomPassword", "--output", "text"])).trim();
    if (!/^[A-Za-z0-9]{40}$/.test(password)) throw new AwsCliError("AWS gave no password of 40 letters and digits.");
    return password;
  }

  async put(name: string, value: Readonly<Record<string, string>>): Promise<void> {
    await this.#secretsManager(["put-secret-value", "--secret-id", name, "--secret-string", "file:///dev/stdin", "--query", "VersionId", "--output", "text"], JSON.stringify(value));
  }

  #secretsManager(args: readonly string[], input = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn("aws", ["secretsmanager", ...args, "--region", this.#region], { stdio: ["pipe", "pipe", "pipe"] });
      const out: Buffer[] = [];
      const problems: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => problems.push(chunk));
      child.on("error", (error) => {
        reject(new AwsCliError(`aws cannot be run: ${error.message}. AWS's command line, version 2, would do.`));
      });
      child.on("close", (code) => {
        if (code === 0) resolve(Buffer.concat(out).toString());
        else reject(new AwsCliError(`aws secretsmanager ${args[0] ?? ""} said: ${Buffer.concat(problems).toString().trim()}`));
      });
      // A command that fails before it reads tells so by its code.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    });
  }
}
