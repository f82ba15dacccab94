/**
 * What Terraform calls for each kind of resource: to see it (plan), and to change it
 * (apply). A test holds that every kind that is synthesised stands here, so that a plan
 * does not fail on AWS for a permission that nobody thought of.
 *
 * No entry reads a secret's value, a parameter's value or a log.
 *
 * `{prefix}` is an environment's; `{id}` is where AWS makes an id that nobody can know.
 */
export interface TerraformPermissions {
  /** Of a statement; letters only. */
  readonly sid: string;
  readonly types: readonly string[];
  readonly sees: readonly string[];
  /** Empty for what only the account's stack has: a person applies that. */
  readonly changes: readonly string[];
  /** Resources of both, as `service:rest` of an ARN; those that AWS cannot name are `*` in `seesAll`. */
  readonly on: readonly string[];
  /** Changed only where the role has the environments' boundary, or gets it by this. */
  readonly isWithinBoundary?: boolean;
  /** Lists, which AWS cannot limit to a resource. */
  readonly seesAll?: readonly string[];
}

export const terraformPermissions: readonly TerraformPermissions[] = [
  {
    sid: "Network",
    types: ["aws_vpc", "aws_subnet", "aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route_table", "aws_route", "aws_route_table_association", "aws_vpc_endpoint", "aws_flow_log", "aws_security_group", "aws_default_security_group", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_instance", "aws_availability_zones", "aws_vpcs", "aws_subnets", "aws_prefix_list", "aws_ec2_managed_prefix_list", "aws_default_vpc", "aws_default_subnet", "aws_vpc_endpoint_service", "aws_ami"],
    sees: ["ec2:GetManagedPrefixListEntries"],
    seesAll: ["ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute", "ec2:DescribeAvailabilityZones", "ec2:DescribeFlowLogs", "ec2:DescribeImages", "ec2:DescribeInstanceAttribute", "ec2:DescribeInstanceCreditSpecifications", "ec2:DescribeInstances", "ec2:DescribeInstanceTypes", "ec2:DescribeInternetGateways", "ec2:DescribeManagedPrefixLists", "ec2:DescribeNatGateways", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribePrefixLists", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVolumes", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcs"],
    changes: ["ec2:AllocateAddress", "ec2:AssociateAddress", "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateFlowLogs", "ec2:CreateInternetGateway", "ec2:CreateNatGateway", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:DeleteFlowLogs", "ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteRoute", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable", "ec2:ModifyInstanceAttribute", "ec2:ModifyInstanceMetadataOptions", "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress", "ec2:ReplaceRoute", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ec2:RunInstances", "ec2:TerminateInstances", "ec2:UpdateSecurityGroupRuleDescriptionsEgress", "ec2:UpdateSecurityGroupRuleDescriptionsIngress"],
    on: ["ec2:*/{id}", "ec2::image/{id}"],
  },
  {
    sid: "LoadBalancer",
    types: ["aws_lb", "aws_lb_listener", "aws_lb_target_group", "aws_lb_listener_rule"],
    sees: [],
    seesAll: ["elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:DescribeListenerAttributes", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"],
    changes: ["elasticloadbalancing:AddTags", "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateRule", "elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyRule", "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets"],
    on: ["elasticloadbalancing:loadbalancer/app/{prefix}-*", "elasticloadbalancing:listener/app/{prefix}-*", "elasticloadbalancing:listener-rule/app/{prefix}-*", "elasticloadbalancing:targetgroup/{prefix}-*"],
  },
  {
    sid: "Service",
    types: ["aws_ecs_cluster", "aws_ecs_service", "aws_ecs_cluster_capacity_providers"],
    sees: ["ecs:DescribeClusters", "ecs:DescribeServices", "ecs:ListTagsForResource"],
    changes: ["ecs:CreateCluster", "ecs:CreateService", "ecs:DeleteCluster", "ecs:DeleteService", "ecs:PutClusterCapacityProviders", "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster", "ecs:UpdateClusterSettings", "ecs:UpdateService"],
    on: ["ecs:cluster/{prefix}-*", "ecs:service/{prefix}-*/*"],
  },
  {
    sid: "TaskDefinition",
    types: ["aws_ecs_task_definition"],
    sees: [],
    seesAll: ["ecs:DescribeTaskDefinition"],
    changes: ["ecs:DeregisterTaskDefinition", "ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource"],
    on: ["ecs:task-definition/{prefix}-*"],
  },
  {
    sid: "Autoscaling",
    types: ["aws_appautoscaling_target", "aws_appautoscaling_policy"],
    sees: ["application-autoscaling:ListTagsForResource"],
    seesAll: ["application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies"],
    changes: ["application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget", "application-autoscaling:PutScalingPolicy", "application-autoscaling:RegisterScalableTarget", "application-autoscaling:TagResource", "application-autoscaling:UntagResource"],
    on: ["application-autoscaling:scalable-target/{id}"],
  },
  {
    sid: "Deployments",
    types: ["aws_codedeploy_app", "aws_codedeploy_deployment_group", "aws_codedeploy_deployment_config"],
    sees: ["codedeploy:GetApplication", "codedeploy:GetDeploymentConfig", "codedeploy:GetDeploymentGroup", "codedeploy:ListTagsForResource"],
    changes: ["codedeploy:CreateApplication", "codedeploy:CreateDeploymentConfig", "codedeploy:CreateDeploymentGroup", "codedeploy:DeleteApplication", "codedeploy:DeleteDeploymentConfig", "codedeploy:DeleteDeploymentGroup", "codedeploy:TagResource", "codedeploy:UntagResource", "codedeploy:UpdateApplication", "codedeploy:UpdateDeploymentGroup"],
    on: ["codedeploy:application:{prefix}*", "codedeploy:deploymentgroup:{prefix}*/*", "codedeploy:deploymentconfig:*"],
  },
  {
    sid: "Probe",
    types: ["aws_lambda_function", "aws_lambda_permission"],
    sees: ["lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetPolicy", "lambda:ListVersionsByFunction"],
    changes: ["lambda:CreateFunction", "lambda:DeleteFunction", "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
    on: ["lambda:function:CodeDeployHook_{prefix}-*", "lambda:function:{prefix}-*"],
  },
  {
    sid: "Alarms",
    types: ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"],
    sees: ["cloudwatch:ListTagsForResource"],
    seesAll: ["cloudwatch:DescribeAlarms"],
    changes: ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
    on: ["cloudwatch:alarm:{prefix}-*"],
  },
  {
    sid: "Logs",
    types: ["aws_cloudwatch_log_group"],
    sees: ["logs:ListTagsForResource"],
    seesAll: ["logs:DescribeLogGroups"],
    changes: ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"],
    on: ["logs:log-group:{logGroup}*", "logs:log-group:/{prefix}/*", "logs:log-group:/aws/*{prefix}*"],
  },
  {
    sid: "Keys",
    types: ["aws_kms_key", "aws_kms_alias"],
    sees: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    seesAll: ["kms:ListAliases"],
    changes: ["kms:CreateAlias", "kms:CreateGrant", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription"],
    on: ["kms:key/{id}", "kms:alias/{prefix}*"],
  },
  {
    sid: "Secrets",
    types: ["aws_secretsmanager_secret"],
    sees: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
    changes: ["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret"],
    on: ["secretsmanager:secret:{secret}-??????", "secretsmanager:secret:rds!*"],
  },
  {
    sid: "Database",
    types: ["aws_db_instance", "aws_db_subnet_group", "aws_db_parameter_group"],
    sees: ["rds:DescribeDBInstances", "rds:DescribeDBParameterGroups", "rds:DescribeDBParameters", "rds:DescribeDBSubnetGroups", "rds:ListTagsForResource"],
    changes: ["rds:AddTagsToResource", "rds:CreateDBInstance", "rds:CreateDBParameterGroup", "rds:CreateDBSnapshot", "rds:CreateDBSubnetGroup", "rds:DeleteDBInstance", "rds:DeleteDBParameterGroup", "rds:DeleteDBSubnetGroup", "rds:ModifyDBInstance", "rds:ModifyDBParameterGroup", "rds:ModifyDBSubnetGroup", "rds:RemoveTagsFromResource"],
    on: ["rds:db:{prefix}*", "rds:subgrp:{prefix}*", "rds:pg:{prefix}*", "rds:snapshot:{prefix}*"],
  },
  {
    sid: "Roles",
    types: ["aws_iam_role", "aws_iam_role_policy", "aws_iam_instance_profile"],
    sees: ["iam:GetInstanceProfile", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListInstanceProfileTags", "iam:ListRolePolicies", "iam:ListRoleTags"],
    changes: ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile", "iam:TagRole", "iam:UntagInstanceProfile", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"],
    on: ["iam::role/{prefix}-*", "iam::instance-profile/{prefix}-*"],
  },
  // With these a role gets rights: those of nobody who is not held by the boundary.
  { sid: "RolesWithin", types: [], sees: [], changes: ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"], isWithinBoundary: true, on: ["iam::role/{prefix}-*"] },
  {
    sid: "Buckets",
    types: ["aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning"],
    sees: ["s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetBucketLogging", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock", "s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket"],
    changes: ["s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketLogging", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration"],
    on: ["s3:::{prefix}-*"],
  },
  {
    sid: "MonitoringFiles",
    types: ["aws_s3_object"],
    sees: ["s3:GetObject", "s3:GetObjectTagging"],
    changes: ["s3:DeleteObject", "s3:PutObject", "s3:PutObjectTagging"],
    on: ["s3:::{prefix}-monitoring-*/*"],
  },
  {
    sid: "HostDocuments",
    types: ["aws_ssm_document", "aws_ssm_association"],
    sees: ["ssm:DescribeAssociation", "ssm:DescribeDocument", "ssm:DescribeDocumentPermission", "ssm:GetDocument", "ssm:ListTagsForResource"],
    changes: ["ssm:AddTagsToResource", "ssm:CreateAssociation", "ssm:CreateDocument", "ssm:DeleteAssociation", "ssm:DeleteDocument", "ssm:RemoveTagsFromResource", "ssm:UpdateAssociation", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"],
    on: ["ssm:document/{prefix}-*", "ssm:association/{id}", "ec2:instance/{id}"],
  },
  {
    // AWS's own, public: the newest image of its Linux.
    sid: "PublicParameters",
    types: ["aws_ssm_parameter"],
    sees: ["ssm:GetParameter"],
    changes: [],
    on: ["ssm::parameter/aws/service/ami-amazon-linux-latest/*"],
  },
  { sid: "Registry", types: ["aws_ecr_repository", "aws_ecr_lifecycle_policy"], sees: ["ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:ListTagsForResource"], changes: [], on: ["ecr:repository/{project}-*"] },
  { sid: "OidcProviders", types: ["aws_iam_openid_connect_provider"], sees: ["iam:GetOpenIDConnectProvider"], changes: [], on: ["iam::oidc-provider/*"] },
  { sid: "Policies", types: ["aws_iam_policy", "aws_iam_role_policy_attachment"], sees: ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyTags", "iam:ListPolicyVersions"], changes: [], on: ["iam::policy/{project}-*"] },
  { sid: "Trail", types: ["aws_cloudtrail"], sees: ["cloudtrail:GetEventSelectors", "cloudtrail:GetInsightSelectors", "cloudtrail:GetTrail", "cloudtrail:GetTrailStatus", "cloudtrail:ListTags"], seesAll: ["cloudtrail:DescribeTrails"], changes: [], on: ["cloudtrail:trail/{project}"] },
  { sid: "GuardDuty", types: ["aws_guardduty_detector", "aws_guardduty_detector_feature"], sees: ["guardduty:GetDetector", "guardduty:ListTagsForResource"], seesAll: ["guardduty:ListDetectors"], changes: [], on: ["guardduty:detector/{id}"] },
  { sid: "Events", types: ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"], sees: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"], changes: [], on: ["events:rule/{project}-*"] },
  { sid: "Messages", types: ["aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_subscription"], sees: ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"], changes: [], on: ["sns:{project}-*"] },
  { sid: "Chat", types: ["aws_chatbot_slack_channel_configuration"], sees: ["chatbot:ListTagsForResource"], seesAll: ["chatbot:DescribeSlackChannelConfigurations"], changes: [], on: ["chatbot::chat-configuration/slack-channel/{project}-*"] },
  { sid: "Budget", types: ["aws_budgets_budget"], sees: ["budgets:ListTagsForResource", "budgets:ViewBudget"], changes: [], on: ["budgets::budget/{project}*"] },
  { sid: "Config", types: ["aws_config_configuration_recorder", "aws_config_configuration_recorder_status", "aws_config_delivery_channel", "aws_iam_service_linked_role"], sees: [], seesAll: ["config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus", "config:DescribeDeliveryChannels"], changes: [], on: [] },
  { sid: "SecurityHub", types: ["aws_securityhub_account", "aws_securityhub_standards_subscription"], sees: ["securityhub:DescribeHub", "securityhub:GetEnabledStandards"], changes: [], on: ["securityhub:hub/default"] },
];
