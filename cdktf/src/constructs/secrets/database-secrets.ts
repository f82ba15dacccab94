import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { Construct } from "constructs";

export interface DatabaseSecretsProps {
  /** Placeholder of the task definition -> secret's name: `release.secrets` of gitops.json. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly keyArn: string;
  /** A deleted secret can be had back for a month; lab's name is free at once. */
  readonly protect: boolean;
}

/**
 * Secrets without a value: Terraform would keep it in its state. `npm run secrets`
 * has AWS make the values and puts them in, before the first release.
 */
export class DatabaseSecrets extends Construct {
  /** Secret's name -> ARN. */
  readonly arns: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { secrets, keyArn, protect }: DatabaseSecretsProps) {
    super(scope, id);
    this.arns = Object.fromEntries(
      Object.values(secrets).map((name) => {
        const secret = new SecretsmanagerSecret(this, name.replaceAll("/", "-"), { name, kmsKeyId: keyArn, recoveryWindowInDays: protect ? 30 : 0 });
        return [name, secret.arn];
      }),
    );
  }
}
