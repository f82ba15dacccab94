/** Of each zone; and one more, as small as the others are, where the probe leaves from. */
export interface AddressPlan {
  readonly publicRanges: readonly string[];
  readonly privateRanges: readonly string[];
  readonly probeRange: string | undefined;
}

/** Cuts a VPC's range into equal parts: the public subnets first, then the private ones, then the probe's if it has one. */
export function addressPlan(range: string, zones: number, hasProbe: boolean): AddressPlan {
  const bits = Math.ceil(Math.log2(2 * zones + (hasProbe ? 1 : 0)));
  const part = (index: number): string => partOf(range, bits, index);
  const inZones = (from: number): string[] => Array.from({ length: zones }, (_, zone) => part(from + zone));
  return { publicRanges: inZones(0), privateRanges: inZones(zones), probeRange: hasProbe ? part(2 * zones) : undefined };
}

function partOf(range: string, bits: number, index: number): string {
  const [address = "", prefix = ""] = range.split("/");
  const length = Number(prefix) + bits;
  const first = address.split(".").reduce((whole, number) => whole * 256 + Number(number), 0) + index * 2 ** (32 - length);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${length}`;
}
