/** IPv4 ranges, as far as a VPC's own goes. */

/** AWS's limits of a VPC, as lengths of a prefix. */
const widest = 16;
const narrowest = 28;
/** AWS asks for a /27 in each subnet of a load balancer. */
const narrowestSubnet = 27;

export interface AddressRange {
  /** As one number. */
  readonly first: number;
  readonly length: number;
}

/** Undefined where a number is too large, or bits are set behind the prefix. */
export function parseRange(text: string): AddressRange | undefined {
  const [, address = "", prefix = ""] = /^([\d.]+)\/(\d+)$/.exec(text) ?? [];
  const numbers = address.split(".").map(Number);
  const length = Number(prefix);
  if (numbers.length !== 4 || numbers.some((number) => !(number <= 255)) || !(length <= 32)) return undefined;
  const first = numbers.reduce((whole, number) => whole * 256 + number, 0);
  return first % 2 ** (32 - length) === 0 ? { first, length } : undefined;
}

/** What stands against a VPC of this range with a public and a private subnet in each zone. */
export function vpcProblem(text: string, zones: number): string | undefined {
  const range = parseRange(text);
  if (range === undefined) return `is ${text}, which is no range: its numbers go to 255, and none is set behind its prefix; 10.20.0.0/16 would do`;
  if (range.length < widest || range.length > narrowest) return `is ${text}, and AWS takes a VPC from /${widest} to /${narrowest}; 10.20.0.0/16 would do`;
  const bits = Math.ceil(Math.log2(2 * zones));
  if (range.length + bits <= narrowestSubnet) return undefined;
  return `is ${text}, which leaves a /${range.length + bits} for each of the ${2 * zones} subnets of ${zones} zones, and a load balancer needs a /${narrowestSubnet}: a /${narrowestSubnet - bits} or a wider range would do`;
}
