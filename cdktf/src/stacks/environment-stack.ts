import type { Construct } from "constructs";
import { keepState } from "../constructs/state/backend.ts";
import { environmentOutputs } from "../outputs/environment-outputs.ts";
import { writeOutputs } from "../outputs/write-outputs.ts";
import type { Environment } from "../settings/resolve.ts";
import { BaseStack } from "./base-stack.ts";
import { environmentData } from "./environment-data.ts";
import { environmentService } from "./environment-service.ts";

/** One environment: everything that a release needs, and nothing that another environment has too. */
export class EnvironmentStack extends BaseStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.key, { account: environment.account.id, region: environment.region, tags: environment.tags });
    keepState(this, environment.key, { bucket: environment.state?.bucket, region: environment.region, account: environment.account.id });
    const data = environmentData(this, environment);
    const service = environmentService(this, environment, data);
    writeOutputs(this, environmentOutputs(environment, data, service));
  }
}
