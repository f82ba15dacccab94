import { AwsError } from "../../protocol/aws-error.ts";

/**
 * Whether a message matches a filter pattern of terms: `ERROR "out of memory" -debug`
 * wants all but what follows a minus, `?ERROR ?WARN` any. Case counts.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function matcherOf(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) throw new AwsError("InvalidParameterException", "The rehearsal has filter patterns of terms only: neither JSON ({…}), nor space-delimited ([…]), nor regular expressions (%…%).");
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)].map(([, sign = "", quoted, bare = ""]) => ({ sign, term: quoted?.replace(/\\(.)/g, "$1") ?? bare }));
  if ((text.replaceAll('\\"', "").match(/"/g)?.length ?? 0) % 2 === 1) throw new AwsError("InvalidParameterException", "Invalid character(s) in term: a quotation mark is not closed.");
  const any = terms.filter(({ sign }) => sign === "?");
  return (message) =>
    terms.every(({ sign, term }) => sign === "?" || message.includes(term) === (sign === "")) && (any.length === 0 || any.some(({ term }) => message.includes(term)));
}
