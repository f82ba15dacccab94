/** How much of the internet a CIDR block takes in. */
export type Reach = "everybody" | "somebody" | "unknown";

/** Of one's own network. */
const ownNetwork = /^\$\{(data\.)?aws_(vpc|default_vpc|subnet|vpc_ipv4_cidr_block_association)\.[\w-]+(\[[^\]]*\])?\.(cidr_block|ipv6_cidr_block)\}$/;

/** Wider than these, bits, is everybody: two halves of the internet are the internet. */
const widest = { 4: 8, 6: 16 } as const;

export function reachOf(range: string): Reach {
  if (ownNetwork.test(range)) return "somebody";
  const match = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(range);
  if (match === null) return "unknown";
  const [, address = "", bits = ""] = match;
  return Number(bits) < widest[address.includes(":") ? 6 : 4] ? "everybody" : "somebody";
}
