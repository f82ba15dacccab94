import fc from "fast-check";

/** What may happen to a release, one after the other. */
const pass = fc.record({ kind: fc.constant("pass" as const), seconds: fc.oneof(fc.constantFrom(0, 1, 2, 5), fc.integer({ min: 1, max: 400 })) });

const deploy = fc.record({
  kind: fc.constant("deploy" as const),
  /** What the new image does: `sick` fails its health checks, `crashing` ends, `absent` cannot be pulled. */
  image: fc.oneof({ weight: 6, arbitrary: fc.constant("web" as const) }, { weight: 2, arbitrary: fc.constantFrom("sick", "crashing", "absent") }),
  config: fc.constantFrom(undefined, "CodeDeployDefault.ECSAllAtOnce", "CodeDeployDefault.ECSCanary10Percent5Minutes", "Third"),
  hook: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.record({ event: fc.constantFrom("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"), name: fc.constantFrom("good", "bad", "later", "unknown") }) }),
  appSpec: fc.oneof({ weight: 8, arbitrary: fc.constant("whole" as const) }, { weight: 1, arbitrary: fc.constantFrom("other-container", "no-yaml") }),
});

const side = fc.constantFrom("current", "candidate");
const fault = fc.record({
  kind: fc.constant("fault" as const),
  fault: fc.oneof(
    fc.record({ kind: fc.constant("unhealthy" as const), to: side }),
    fc.record({ kind: fc.constant("container-exit" as const), to: side, container: fc.constant("proxy"), exitCode: fc.constantFrom(0, 1, 137) }),
    fc.record({ kind: fc.constant("zone-loss" as const), zone: fc.constantFrom("eu-west-1a", "eu-west-1b") }),
    fc.constant({ kind: "alarm", alarm: "errors" } as const),
    fc.constant({ kind: "image-pull", image: "web" } as const),
  ),
  when: fc.record({ afterMs: fc.constantFrom(0, 90_000), fromTrafficPercent: fc.constantFrom(0, 10), times: fc.constantFrom(undefined, 1, 3) }),
});

/** To where traffic shifts, or past it; who has to say so says that it may go on. */
const reach = fc.record({ kind: fc.constant("reach" as const), place: fc.constantFrom("AllowTraffic", "TerminationWait") });

export const act = fc.oneof(
  { weight: 8, arbitrary: pass },
  { weight: 5, arbitrary: deploy },
  { weight: 2, arbitrary: fault },
  { weight: 1, arbitrary: fc.constant({ kind: "no-faults" } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stop" as const), rollback: fc.option(fc.boolean(), { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("continue" as const), wait: fc.constantFrom("READY_WAIT", "TERMINATION_WAIT") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("answer-hook" as const), status: fc.constantFrom("Succeeded", "Failed") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("alarm" as const), state: fc.constantFrom("OK", "ALARM", "INSUFFICIENT_DATA") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("scale" as const), desiredCount: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill-tasks" as const), one: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "register" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "deregister" } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deny" as const), isDenied: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "look" } as const) },
  { weight: 1, arbitrary: reach },
);
export type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

/** A good image gets to where it can be seen, for a while; then somebody, or the alarm, takes it back. */
const takenBack = fc
  .tuple(
    fc.record({ kind: fc.constant("deploy" as const), image: fc.constant("web" as const), config: fc.constantFrom(undefined, "CodeDeployDefault.ECSCanary10Percent5Minutes"), hook: fc.constant(undefined), appSpec: fc.constant("whole" as const) }),
    fc.oneof(reach, fc.constant({ kind: "reach", place: "TerminationWait" } as const)),
    fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 0, max: 150 }) }),
    fc.constantFrom({ kind: "stop", rollback: true } as const, { kind: "alarm", state: "ALARM" } as const),
  )
  .map((acts): Act[] => acts);

/** Anything in any order; most of them begin with a release that is taken back, which is rare otherwise. */
export const acts: fc.Arbitrary<Act[]> = fc.oneof(
  { weight: 2, arbitrary: fc.array(act, { minLength: 3, maxLength: 14 }) },
  { weight: 3, arbitrary: fc.tuple(takenBack, fc.array(act, { maxLength: 5 })).map(([first, others]) => [...first, ...others]) },
);

/** How the group of the sequence deploys. */
export const course = fc.record({
  hasTestListener: fc.boolean(),
  waitsForReady: fc.boolean(),
  rollsBack: fc.boolean(),
  terminationWaitTimeInMinutes: fc.constantFrom(0, 3, 3, 3),
});
export type Course = typeof course extends fc.Arbitrary<infer Value> ? Value : never;
