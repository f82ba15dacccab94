import { machineTime, type MachineTime } from "../clock/machine-time.ts";
import type { Component } from "../parts.ts";

export interface BalancerSettings {
  /** The port of this machine for a port of the load balancer; any that is free for those not named. */
  readonly ports: Readonly<Record<number, number>>;
  /** The longest that a target may be silent, in time of the machine; an ALB's is 60 s. */
  readonly idleTimeoutMs: number;
  /** Real requests take real time, whatever the rehearsal's clock does. */
  readonly machine: MachineTime;
}

export const defaultBalancerSettings: BalancerSettings = { ports: {}, idleTimeoutMs: 60_000, machine: machineTime };

/** Put another in its place before anything runs, to choose ports. */
export const balancerSettings: Component<BalancerSettings> = { name: "balancer-settings", create: () => defaultBalancerSettings };
