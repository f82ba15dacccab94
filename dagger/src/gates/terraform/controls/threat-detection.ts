import { isCertain, resources, type Stack } from "./references.ts";

/** What keeps GuardDuty from watching; nothing when a detector is on. */
export function threatDetectionProblems(stacks: readonly Stack[]): string[] {
  const detectors = stacks.flatMap((stack) => resources(stack, "aws_guardduty_detector"));
  if (detectors.length === 0) return ["there is no aws_guardduty_detector"];
  const off = detectors.filter((detector) => (detector.body["enable"] ?? true) !== true || !isCertain(detector));
  return off.length < detectors.length ? [] : off.map((detector) => (isCertain(detector) ? `${detector.address} does not leave enable true` : `it depends on its count whether ${detector.address} exists`));
}
