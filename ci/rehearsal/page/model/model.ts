/** What is known of a rehearsal after some of its timeline: plain data, each time a new value. */

export interface Container {
  readonly name: string;
  readonly status: string;
  readonly health: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

export interface Task {
  readonly arn: string;
  readonly taskSet: string;
  readonly address: string;
  readonly zone: string;
  readonly containers: readonly Container[];
  readonly startedMs: number;
  /** Why it ends, from the moment on that this is known. */
  readonly stopping?: { readonly code: string; readonly reason: string };
  readonly stoppedMs?: number;
}

export interface TaskSet {
  readonly arn: string;
  readonly service: string;
  readonly definition: string;
  readonly targetGroups: readonly string[];
  readonly desired: number;
  readonly status: string;
  readonly isSteady: boolean;
}

export interface Target {
  readonly group: string;
  /** `10.0.1.4:8080` */
  readonly address: string;
  readonly state: string;
  readonly description?: string;
}

export interface Listener {
  readonly arn: string;
  readonly port: number;
  /** Where it answers on this machine, once it does. */
  readonly address?: string;
  /** By the name of a target group. */
  readonly weights: Readonly<Record<string, number>>;
  /** By priority. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly arn: string;
  readonly priority: number;
  readonly weights: Readonly<Record<string, number>>;
}

export interface Alarm {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly sinceMs: number;
}

export interface LifecycleEvent {
  readonly name: string;
  readonly status: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly diagnostics?: string;
}

export interface Wait {
  readonly stage: "ReadyWait" | "TerminationWait";
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface Deployment {
  readonly id: string;
  readonly application: string;
  readonly group: string;
  readonly config: string;
  readonly status: string;
  readonly createdMs: number;
  readonly endedMs?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly events: readonly LifecycleEvent[];
  readonly schedule: readonly { readonly atMs: number; readonly percent: number }[];
  /** When it last gave the candidate another share; and which. */
  readonly shifts: readonly { readonly atMs: number; readonly percent: number }[];
  readonly wait?: Wait;
  readonly blue?: string;
  readonly green?: string;
  /** The deployment that this one takes back. */
  readonly rollbackOf?: string;
  readonly rollback?: string;
}

export interface Group {
  readonly application: string;
  readonly name: string;
  readonly cluster: string;
  readonly service: string;
  readonly productionListener: string;
  readonly testListener?: string;
  readonly alarms: readonly string[];
}

export interface Fault {
  readonly id: string;
  readonly kind: string;
  readonly fault: Readonly<Record<string, unknown>>;
}

/** A call that was not answered as asked. */
export interface Trouble {
  readonly number: number;
  readonly atMs: number;
  readonly what: "denied" | "refused" | "hung-up";
  readonly who: string;
  readonly operation: string;
  readonly message: string;
}

export interface Calls {
  readonly total: number;
  readonly denied: number;
  readonly refused: number;
  /** By `codedeploy GetDeployment`. */
  readonly counts: Readonly<Record<string, number>>;
  /** The newest last; no more than fifty. */
  readonly troubles: readonly Trouble[];
}

export interface Model {
  readonly nowMs: number;
  readonly taskSets: readonly TaskSet[];
  readonly tasks: readonly Task[];
  readonly targets: readonly Target[];
  readonly listeners: readonly Listener[];
  readonly alarms: readonly Alarm[];
  readonly groups: readonly Group[];
  readonly deployments: readonly Deployment[];
  readonly faults: readonly Fault[];
  readonly calls: Calls;
  /** What a task set runs, by its ARN, also after it is gone. */
  readonly definitions: Readonly<Record<string, string>>;
}

export const emptyModel: Model = {
  nowMs: 0,
  taskSets: [],
  tasks: [],
  targets: [],
  listeners: [],
  alarms: [],
  groups: [],
  deployments: [],
  faults: [],
  calls: { total: 0, denied: 0, refused: 0, counts: {}, troubles: [] },
  definitions: {},
};

/** The one that `matches`, changed; the list itself when there is none. */
export const changeOne = <Item>(items: readonly Item[], matches: (item: Item) => boolean, change: (item: Item) => Item): readonly Item[] => (items.some(matches) ? items.map((item) => (matches(item) ? change(item) : item)) : items);

/** In place of the one that `matches`, or at the end. */
export const putOne = <Item>(items: readonly Item[], matches: (item: Item) => boolean, item: Item): readonly Item[] => (items.some(matches) ? items.map((other) => (matches(other) ? item : other)) : [...items, item]);
