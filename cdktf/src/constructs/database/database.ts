import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group/index.js";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import { Construct } from "constructs";
import type { Environment } from "../../settings/resolve.ts";

export interface DatabaseProps {
  readonly environment: Environment;
  /** In two zones at least. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly keyArn: string;
}

/** PostgreSQL as the sidecar has it, in the care of RDS. */
const version = "17";

/**
 * AWS makes the master's password, keeps it in a secret of its own and turns it: nobody
 * has to know it, and it is in no state. The application has two users of its own, whom
 * the task `prepare` makes.
 */
export class Database extends Construct {
  readonly address: string;
  readonly port: number;
  readonly masterSecretArn: string;

  constructor(scope: Construct, id: string, { environment, subnetIds, securityGroupId, keyArn }: DatabaseProps) {
    super(scope, id);
    const { names, isProduction, protect, logRetentionDays } = environment;
    const identifier = names.of("database", "database");
    const subnets = new DbSubnetGroup(this, "subnets", { name: identifier, description: "Where the database stands", subnetIds: [...subnetIds] });
    const parameters = new DbParameterGroup(this, "parameters", {
      name: identifier,
      family: `postgres${version}`,
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        // Statements are not logged: some have passwords in them.
        { name: "log_connections", value: "1" },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
    // RDS would make them itself, and keep them for ever.
    const exported = ["postgresql", "upgrade"];
    const groups = exported.map((log) => new CloudwatchLogGroup(this, `logs-${log}`, { name: `/aws/rds/instance/${identifier}/${log}`, retentionInDays: logRetentionDays }));
    const database = new DbInstance(this, "database", {
      identifier,
      engine: "postgres",
      engineVersion: version,
      instanceClass: isProduction ? "db.t4g.medium" : "db.t4g.micro",
      allocatedStorage: 20,
      maxAllocatedStorage: 200,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: keyArn,
      username: "master",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keyArn,
      port: 5432,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [securityGroupId],
      publiclyAccessible: false,
      multiAz: isProduction,
      parameterGroupName: parameters.name,
      autoMinorVersionUpgrade: true,
      backupRetentionPeriod: isProduction ? 14 : 1,
      backupWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:30-sun:04:30",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !protect,
      deletionProtection: protect,
      skipFinalSnapshot: !protect,
      ...(protect ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
      enabledCloudwatchLogsExports: exported,
      performanceInsightsEnabled: isProduction,
      ...(isProduction ? { performanceInsightsKmsKeyId: keyArn, performanceInsightsRetentionPeriod: 7 } : {}),
      dependsOn: groups,
    });
    this.address = database.address;
    this.port = 5432;
    this.masterSecretArn = database.masterUserSecret.get(0).secretArn;
  }
}
