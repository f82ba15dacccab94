import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider/index.js";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import type { Account } from "../../settings/resolve.ts";
import type { Arns } from "../policies/arns.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import { trustsEnvironment, trustsPullRequests, trustsReleaseBranch, type GithubTrust } from "./github-trust.ts";
import { JenkinsRoles } from "./jenkins-roles.ts";
import { hasAlias, isOfAnEnvironment, through } from "./key-conditions.ts";
import { releaseStatements } from "./release-statements.ts";
import { Role } from "./role.ts";
import { statementsToChange, statementsToSee } from "./terraform-statements.ts";

export interface AccountRolesProps {
  readonly account: Account;
  readonly arns: Arns;
  /** Absent: Terraform's state is in files. */
  readonly stateBucket: string | undefined;
}

/**
 * Who may do what from outside: GitHub's and Jenkins' jobs, by tokens and never by keys.
 * An account without environments has nothing for them to do.
 */
export class AccountRoles extends Construct {
  readonly planName: string | undefined;
  readonly releaseName: string | undefined;
  readonly applyName: string | undefined;
  readonly jenkinsPlanName: string | undefined;
  readonly jenkinsReleaseName: string | undefined;

  readonly #prefix: string;

  constructor(scope: Construct, id: string, { account, arns, stateBucket }: AccountRolesProps) {
    super(scope, id);
    this.#prefix = account.names.prefix;
    const { names, environments, github, jenkins, application } = account;
    if (environments.length === 0) return;
    const release = releaseStatements("deploy", environments);
    const plan = [...releaseStatements("plan", environments), ...statementsOfState(account, arns, stateBucket, "reads")];
    const see = this.#policies("terraform-sees", "What terraform plan reads", [...statementsToSee(account, arns), readsFiles(account, arns)]);

    if (github !== undefined) {
      const provider = new IamOpenidConnectProvider(this, "github", { url: "https://token.actions.githubusercontent.com", clientIdList: ["sts.amazonaws.com"] });
      const trust: GithubTrust = { providerArn: provider.arn, repository: github.repository, branch: application.releaseBranch };
      const planRole = new Role(this, "plan", { name: names.of("role", "plan"), description: "Pull requests look at what would change", trust: [trustsPullRequests(trust)], statements: plan });
      this.#attach("plan-sees", planRole, see);
      this.planName = planRole.name;
      // A release with its waits, and one that is approved within an hour.
      this.releaseName = new Role(this, "release", { name: names.of("role", "release"), description: "The release branch releases, and goes back", trust: [trustsReleaseBranch(trust)], statements: release, maxSessionSeconds: 4 * 3600 }).name;
      const applyRole = new Role(this, "apply", { name: names.of("role", "apply"), description: "Reviewers let the release branch change the infrastructure", trust: [trustsEnvironment(trust, github.environment)], statements: applyStatements(account, arns, stateBucket) });
      this.#attach("apply-sees", applyRole, see);
      this.#attach("apply-changes", applyRole, this.#policies("terraform-changes", "What terraform apply changes in an environment", statementsToChange(account, arns)));
      this.applyName = applyRole.name;
    }

    if (jenkins !== undefined) {
      const roles = new JenkinsRoles(this, "jenkins", { names, arns, jenkins, plan, release });
      if (roles.plan !== undefined) this.#attach("jenkins-plan-sees", roles.plan, see);
      this.jenkinsPlanName = roles.plan?.name;
      this.jenkinsReleaseName = roles.release?.name;
    }
  }

  #policies(id: string, description: string, statements: readonly Statement[]): IamPolicy[] {
    return inParts(statements).map((part, index) => {
      const name = `${id}-${index + 1}`;
      return new IamPolicy(this, name, { name: `${this.#prefix}-${name}`, description, policy: policyDocument(this, `${name}-may`, part).json });
    });
  }

  #attach(id: string, role: Role, policies: readonly IamPolicy[]): void {
    policies.forEach((policy, index) => new IamRolePolicyAttachment(this, `${id}-${index + 1}`, { role: role.name, policyArn: policy.arn }));
  }
}

/** A customer-managed policy takes 6144 characters; these leave room for the names that Terraform fills in. */
const mostCharacters = 5000;

function inParts(statements: readonly Statement[]): Statement[][] {
  const size = (some: readonly Statement[]): number => JSON.stringify(some.map(({ sid, actions, resources, conditions }) => ["Effect:Allow,Sid,Action,Resource", sid, actions, resources, conditions])).length;
  return statements.reduce<Statement[][]>((parts, statement) => {
    const last = parts.at(-1);
    if (last === undefined || size([...last, statement]) > mostCharacters) return [...parts, [statement]];
    last.push(statement);
    return parts;
  }, []);
}

/** Keys of the account's stack; Config's is not there everywhere. */
const accountKeys = ["alerts", "config", "sessions", "terraform-state", "trail-trail"];

/** Terraform asks for the checksum of an object, which S3 decrypts for that. */
const readsFiles = (account: Account, arns: Arns): Statement => ({ sid: "DecryptTheFiles", why: "The monitoring host's, by an environment's key and through S3 only.", actions: ["kms:Decrypt"], resources: [arns.of("kms", "key/*")], conditions: [through(arns, "s3"), ...isOfAnEnvironment(account)] });

function statementsOfState({ environments, key, names }: Account, arns: Arns, bucket: string | undefined, how: "reads" | "writes"): Statement[] {
  if (bucket === undefined) return [];
  const folders = how === "writes" ? environments.map((environment) => environment.key) : [...environments.map((environment) => environment.key), `account-${key}`];
  const files = folders.map((folder) => arns.bucket(`${bucket}/${folder}/terraform.tfstate`));
  const throughS3 = [
    through(arns, "s3"),
    hasAlias(`alias/${names.prefix}-terraform-state`),
  ];
  return [
    { sid: "FindTheState", why: "Terraform asks whether there is one.", actions: ["s3:ListBucket"], resources: [arns.bucket(bucket)] },
    { sid: "ReadTheState", why: "No secret's value stands in it.", actions: ["s3:GetObject"], resources: files },
    { sid: "DecryptTheState", why: "By the state's key only, and through S3 only.", actions: ["kms:Decrypt", ...(how === "writes" ? ["kms:GenerateDataKey"] : [])], resources: [arns.of("kms", "key/*")], conditions: throughS3 },
    ...(how === "writes"
      ? [
          { sid: "WriteTheState", why: "Notes what was changed.", actions: ["s3:PutObject"], resources: files },
          { sid: "LockTheState", why: "One apply at a time: the lock is a file beside the state.", actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources: files.map((file) => `${file}.tflock`) },
        ]
      : []),
  ];
}

/** It applies environments. Who may come in from outside, the audit and the state's bucket are the account's stack, and a person's to apply. */
function applyStatements(account: Account, arns: Arns, stateBucket: string | undefined): Statement[] {
  const { names, environments } = account;
  const own = ["plan", "release", "apply", "jenkins-plan", "jenkins-release", "alerts-chat"].map((what) => arns.iam(`role/${names.prefix}-${what}`));
  return [
    ...statementsOfState(account, arns, stateBucket, "writes"),
    {
      sid: "EncryptByTheKeys",
      why: "The monitoring host's files and disk, and the database's master password, which RDS makes for whoever asks; by an environment's key, and through these services only.",
      actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
      resources: [arns.of("kms", "key/*")],
      conditions: [through(arns, "ec2", "s3", "secretsmanager"), ...isOfAnEnvironment(account)],
    },
    {
      sid: "HandRolesToServices",
      why: "An environment's roles, to the services that run with them.",
      actions: ["iam:PassRole"],
      resources: [...new Set(environments.map((environment) => arns.iam(`role/${environment.names.prefix}-*`)))],
      conditions: [{ test: "StringEquals", variable: "iam:PassedToService", values: ["codedeploy.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "monitoring.rds.amazonaws.com", "vpc-flow-logs.amazonaws.com"] }],
    },
    {
      sid: "LetServicesHaveTheirRoles",
      why: "The first service, balancer or database of an account gets AWS's own role for it.",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [arns.iam("role/aws-service-role/*")],
      conditions: [{ test: "StringEquals", variable: "iam:AWSServiceName", values: ["ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"] }],
    },
    { sid: "MakeKeys", why: "A new key has no name yet; it is this project's.", actions: ["kms:CreateKey"], resources: ["*"], conditions: [{ test: "StringEquals", variable: "aws:RequestTag/project", values: [account.application.project] }] },
    {
      sid: "LeaveTheDoorsAlone",
      why: "Nobody changes the roles of CI by one of them.",
      effect: "Deny",
      actions: ["iam:AddRoleToInstanceProfile", "iam:AttachRolePolicy", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PassRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"],
      resources: own,
    },
    { sid: "LeaveTheBoundaryOn", why: "A role that this one has made stays within it.", effect: "Deny", actions: ["iam:DeleteRolePermissionsBoundary"], resources: [arns.iam("role/*")] },
    {
      sid: "LeaveTheBoundaryAlone",
      why: "How wide it is, and what the roles of CI may do, a person says by the account's stack.",
      effect: "Deny",
      actions: ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:TagPolicy", "iam:UntagPolicy"],
      resources: [arns.iam(`policy/${names.prefix}-*`)],
    },
    {
      sid: "LeaveTheAuditAlone",
      why: "The trail's and the state's buckets are not an environment's.",
      effect: "Deny",
      actions: ["s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketLogging", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration"],
      resources: ["trail", "config", "terraform-state"].map((what) => arns.bucket(`${names.prefix}-${what}-*`)),
    },
    {
      sid: "LeaveTheAuditsKeysAlone",
      why: "Without its key a file of the trail, of the state or of a shell can never be read again.",
      effect: "Deny",
      actions: ["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource"],
      resources: [arns.of("kms", "key/*")],
      conditions: [hasAlias(...accountKeys.map((what) => `alias/${names.prefix}-${what}`))],
    },
    {
      sid: "LeaveTheAuditsKeysTheirNames",
      why: "By which the statement before this one knows them.",
      effect: "Deny",
      actions: ["kms:DeleteAlias", "kms:UpdateAlias"],
      resources: accountKeys.map((what) => arns.of("kms", `alias/${names.prefix}-${what}`)),
    },
  ];
}
