import { z } from "zod";

/** What can be made to go wrong, and where. `to` is the side of a deployment: the task set that is live, or the one that is to replace it. */
const side = z.enum(["current", "candidate"]);
const share = z.number().gt(0).max(1);

const what = z.discriminatedUnion("kind", [
  /** Answers of a side's tasks: a share of them gets a status, or comes late. */
  z.strictObject({ kind: z.literal("responses"), to: side, share, status: z.number().int().min(400).max(599).optional(), latencyMs: z.number().positive().optional() }).refine(({ latencyMs, status }) => status !== undefined || latencyMs !== undefined, { path: ["status"], message: "status or latencyMs is needed" }),
  /** Health checks of a side's targets fail. */
  z.strictObject({ kind: z.literal("unhealthy"), to: side }),
  /** A container of a side ends with a code, and its task with it where it is essential. */
  z.strictObject({ kind: z.literal("container-exit"), to: side, container: z.string(), exitCode: z.number().int().min(0).max(255) }),
  /** A share of API calls is refused with ThrottlingException. */
  z.strictObject({ kind: z.literal("throttle"), share, service: z.string().optional(), operation: z.string().optional() }),
  /** API calls are answered with 500, or the connection is cut. */
  z.strictObject({ kind: z.literal("api-error"), how: z.enum(["500", "hang-up"]), share: share.default(1), service: z.string().optional(), operation: z.string().optional() }),
  /** An alarm is in ALARM, whatever its metric says. */
  z.strictObject({ kind: z.literal("alarm"), alarm: z.string() }),
  /** Images whose reference contains it cannot be pulled. */
  z.strictObject({ kind: z.literal("image-pull"), image: z.string() }),
  /** A secret or parameter whose name contains it is not there. */
  z.strictObject({ kind: z.literal("secret-missing"), secret: z.string() }),
  /** All tasks in an availability zone are gone, or as many as `times` says: `eu-west-1a`. It takes no new ones until the fault is taken back. */
  z.strictObject({ kind: z.literal("zone-loss"), zone: z.string() }),
]);

/** From when on: all that is given has to be so. */
const when = z.strictObject({
  /** Virtual milliseconds after it was injected. */
  afterMs: z.number().nonnegative().optional(),
  /** The candidate has at least so much of the traffic. */
  fromTrafficPercent: z.number().min(0).max(100).optional(),
  /** At most so many times. */
  times: z.number().int().positive().optional(),
});

export const faultSchema = z.intersection(what, z.strictObject({ when: when.default({}) }));
export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault["kind"];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

export const faultKinds: readonly FaultKind[] = what.options.map(({ shape }) => shape.kind.value);
