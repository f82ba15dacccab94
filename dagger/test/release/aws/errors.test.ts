import { expect, it } from "vitest";
import { failureOf, isCertainRefusal, refusedAction, releaseErrorOf } from "../../../src/release/aws/errors.ts";
import { ReleaseError } from "../../../src/release/release-error.ts";

const named = (name: string, message = "x", more: object = {}): Error => Object.assign(new Error(message), { name, ...more });
const asked = { target: { region: "eu-west-1" }, action: "ecs:DescribeServices", state: "Nothing was changed." };
const denied = "User: arn:aws:sts::1:assumed-role/ci/x is not authorized to perform: ecs:DescribeServices on resource: arn:aws:ecs:eu-west-1:1:service/a/b because no identity-based policy allows the ecs:DescribeServices action";

it.each<[string, Error, ReleaseError["code"], ReleaseError["exitCode"], string]>([
  ["no credentials", named("CredentialsProviderError", "Could not load credentials from any providers"), "NO_CREDENTIALS", 2, "There are no credentials for AWS."],
  ["expired ones", named("ExpiredTokenException"), "NO_CREDENTIALS", 2, "The credentials have expired."],
  ["a key that is nobody's", named("UnrecognizedClientException"), "NO_CREDENTIALS", 2, "AWS in eu-west-1 does not know this access key"],
  ["a refusal", named("AccessDeniedException", denied), "ACCESS_DENIED", 2, "arn:aws:sts::1:assumed-role/ci/x may not do ecs:DescribeServices on arn:aws:ecs:eu-west-1:1:service/a/b."],
  ["a refusal without words", named("AccessDenied", "no"), "ACCESS_DENIED", 2, "The caller may not do ecs:DescribeServices."],
  ["a region that there is not", named("Error", "getaddrinfo", { code: "ENOTFOUND" }), "ENDPOINT_UNREACHABLE", 2, "AWS in eu-west-1 does not answer (ENOTFOUND)."],
  ["a connection that each address refuses", new AggregateError([named("Error", "refused", { code: "ECONNREFUSED" })]), "ENDPOINT_UNREACHABLE", 2, "does not answer (ECONNREFUSED)."],
  ["one that takes too long", named("TimeoutError"), "ENDPOINT_UNREACHABLE", 2, "does not answer (TimeoutError)."],
  ["too many calls", named("ThrottlingException"), "AWS_FAILED", 4, "because there were too many calls."],
  ["anything else", named("ServerException", "It broke"), "AWS_FAILED", 4, "ecs:DescribeServices failed: ServerException: It broke."],
])("an error of the SDK says %s", (_what, error, code, exitCode, happened) => {
  const shown = releaseErrorOf(error, asked);
  expect(shown).toMatchObject({ code, exitCode });
  expect(shown.happened).toContain(happened);
  expect(shown.happened).toContain("Nothing was changed.");
  expect(shown.next).toMatch(/^[A-Z].*[.]$/);
});

it("lets a ReleaseError through as it is", () => {
  const error = new ReleaseError("OLDER_COMMIT", "a.", "b.");
  expect(releaseErrorOf(error, asked)).toBe(error);
});

it("knows the action of a refusal, and none of anything else", () => {
  expect(refusedAction(named("AccessDenied", denied))).toBe("ecs:DescribeServices");
  expect(refusedAction(named("x", "y"))).toBeUndefined();
  expect(failureOf("a text")).toBe("other");
});

it.each([
  ["at the first try", { $metadata: { httpStatusCode: 403, attempts: 1 } }, true],
  ["without saying at which", { $metadata: { httpStatusCode: 400 } }, true],
  ["after a try whose answer may have been lost", { $metadata: { httpStatusCode: 400, attempts: 2 } }, false],
  ["with an error of AWS's own", { $metadata: { httpStatusCode: 500, attempts: 1 } }, false],
  ["not at all", { code: "ECONNRESET", $metadata: { attempts: 1 } }, false],
  ["not at all, because there was nobody to ask as", { name: "CredentialsProviderError" }, true],
])("is certain that nothing was done where AWS refused %s: %j", (_when, error, expected) => {
  expect(isCertainRefusal(Object.assign(new Error("no"), error))).toBe(expected);
});
