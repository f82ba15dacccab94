import { alarmsCoverBothGroups } from "./alarms-cover-both-groups.ts";
import { alarmsHeedSilence } from "./alarms-heed-silence.ts";
import { auditTrailIsWhole } from "./audit-trail-is-whole.ts";
import { bucketsArePrivate } from "./buckets-are-private.ts";
import { dataIsEncrypted } from "./data-is-encrypted.ts";
import { databaseIsPrivate } from "./database-is-private.ts";
import { deploymentsRollBack } from "./deployments-roll-back.ts";
import { imageTagsStay } from "./image-tags-stay.ts";
import { listenersKeepTheirAction } from "./listeners-keep-their-action.ts";
import { logsAreKeptForATime } from "./logs-are-kept-for-a-time.ts";
import { namesFit } from "./names-fit.ts";
import { noSecretValue } from "./no-secret-value.ts";
import { noSsh } from "./no-ssh.ts";
import { noWildcardAction } from "./no-wildcard-action.ts";
import { noWildcardResource } from "./no-wildcard-resource.ts";
import { onlyTheBalancerIsOpen } from "./only-the-balancer-is-open.ts";
import { rolesStayWithinBoundary } from "./roles-stay-within-boundary.ts";
import { rolesTrustSomebody } from "./roles-trust-somebody.ts";
import type { Rule } from "./rule.ts";
import { serviceLeavesReleasesAlone } from "./service-leaves-releases-alone.ts";
import { sidecarIsAlone } from "./sidecar-is-alone.ts";
import { stacksAreMarked } from "./stacks-are-marked.ts";
import { stacksStandAlone } from "./stacks-stand-alone.ts";
import { stateIsKept } from "./state-is-kept.ts";
import { targetGroupsAreTwins } from "./target-groups-are-twins.ts";
import { tasksHaveNoPublicAddress } from "./tasks-have-no-public-address.ts";
import { whatIsKeptStays } from "./what-is-kept-stays.ts";

export const allRules: readonly Rule[] = [
  alarmsCoverBothGroups,
  alarmsHeedSilence,
  auditTrailIsWhole,
  bucketsArePrivate,
  dataIsEncrypted,
  databaseIsPrivate,
  deploymentsRollBack,
  imageTagsStay,
  listenersKeepTheirAction,
  logsAreKeptForATime,
  namesFit,
  noSecretValue,
  noSsh,
  noWildcardAction,
  noWildcardResource,
  onlyTheBalancerIsOpen,
  rolesStayWithinBoundary,
  rolesTrustSomebody,
  serviceLeavesReleasesAlone,
  sidecarIsAlone,
  stacksAreMarked,
  stacksStandAlone,
  stateIsKept,
  targetGroupsAreTwins,
  tasksHaveNoPublicAddress,
  whatIsKeptStays,
];
