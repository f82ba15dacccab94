import { ChatbotSlackChannelConfiguration } from "@cdktf/provider-aws/lib/chatbot-slack-channel-configuration/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { Construct } from "constructs";
import { DataKey, serviceSendsWithIt } from "../keys/data-key.ts";
import type { Arns } from "../policies/arns.ts";
import { onlyByTls, policyDocument, type Statement } from "../policies/policy-document.ts";

export interface NotificationsProps {
  /** Of the topic, the key and the role. */
  readonly name: string;
  readonly arns: Arns;
  readonly email?: string | undefined;
  readonly slack?: { readonly workspace: string; readonly channel: string } | undefined;
}

const senders = [
  { sid: "Alarms", service: "cloudwatch.amazonaws.com", why: "Alarms of this account tell people." },
  { sid: "Findings", service: "events.amazonaws.com", why: "Findings reach people through EventBridge." },
  { sid: "Costs", service: "budgets.amazonaws.com", why: "The budget tells people." },
] as const;

/**
 * One topic for everything that people have to know; the alarms of all environments
 * of the account send there too. AWS's own chat client takes it to Slack, so no
 * webhook's address, which is a secret, exists anywhere. The workspace has to be
 * let in once, by hand, in the AWS console.
 */
export class Notifications extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, { name, arns, email, slack }: NotificationsProps) {
    super(scope, id);
    const { account } = arns.place;
    const key = new DataKey(this, "key", { name, description: "Messages to people", arns, statements: senders.map(({ sid, service, why }) => serviceSendsWithIt(sid, service, why, account)) });
    const topic = new SnsTopic(this, "topic", { name, kmsMasterKeyId: key.arn });
    const publish = senders.map(({ sid, service, why }): Statement => ({
      sid,
      why,
      actions: ["sns:Publish"],
      resources: [topic.arn],
      principals: [{ type: "Service", identifiers: [service] }],
      conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
    }));
    const policy = policyDocument(this, "policy", [...publish, onlyByTls(["sns:Publish"], [topic.arn])]);
    new SnsTopicPolicy(this, "topic-policy", { arn: topic.arn, policy: policy.json });
    if (email !== undefined) new SnsTopicSubscription(this, "email", { topicArn: topic.arn, protocol: "email", endpoint: email });
    if (slack !== undefined) this.#slack(name, slack, topic.arn, arns);
    this.topicArn = topic.arn;
  }

  /** It shows messages and may do nothing: its role has no policy, and its guardrail is the least one there is. */
  #slack(name: string, { workspace, channel }: { readonly workspace: string; readonly channel: string }, topicArn: string, arns: Arns): void {
    const trust = policyDocument(this, "slack-trust", [
      { sid: "ChatClient", why: "AWS's chat client shows messages of this account.", actions: ["sts:AssumeRole"], principals: [{ type: "Service", identifiers: ["chatbot.amazonaws.com"] }], conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [arns.place.account] }] },
    ]);
    const role = new IamRole(this, "slack-role", { name: `${name}-chat`, assumeRolePolicy: trust.json });
    new ChatbotSlackChannelConfiguration(this, "slack", { configurationName: name, iamRoleArn: role.arn, slackTeamId: workspace, slackChannelId: channel, snsTopicArns: [topicArn], guardrailPolicyArns: [arns.managedPolicy("AWSDenyAll")], loggingLevel: "ERROR" });
  }
}

/** Name of the account's topic; the environments' alarms find it by this. */
export const topicName = (project: string): string => `${project}-alerts`;
