import type { Block } from "../terraform-json.ts";
import { isCertain, nested, resources, texts, type Stack } from "./references.ts";

/** What keeps API calls from being recorded; nothing when one trail records them all. */
export function auditTrailProblems(stacks: readonly Stack[]): string[] {
  const trails = stacks.flatMap((stack) => resources(stack, "aws_cloudtrail"));
  if (trails.length === 0) return ["there is no aws_cloudtrail"];
  const problems = trails.map(problemsOf);
  // One that records everything is enough, whatever others are for.
  return problems.some((of) => of.length === 0) ? [] : problems.flat();
}

function problemsOf(trail: Block): string[] {
  const { address, body } = trail;
  return [
    ...(isCertain(trail) ? [] : [`it depends on its count whether ${address} exists`]),
    ...(body["is_multi_region_trail"] === true ? [] : [`${address} does not set is_multi_region_trail to true`]),
    ...(body["enable_log_file_validation"] === true ? [] : [`${address} does not set enable_log_file_validation to true`]),
    ...["enable_logging", "include_global_service_events"].filter((key) => body[key] !== undefined && body[key] !== true).map((key) => `${address} does not leave ${key} true`),
    ...(recordsManagement(trail) ? [] : [`${address} leaves out calls by its event selectors`]),
  ];
}

/** Without selectors a trail records every management call. */
function recordsManagement({ body }: Block): boolean {
  const simple = nested(body, "event_selector");
  const advanced = nested(body, "advanced_event_selector");
  if (simple.length > 0) {
    return simple.some(
      (selector) => (selector["include_management_events"] ?? true) === true && (selector["read_write_type"] ?? "All") === "All" && texts(selector["exclude_management_event_sources"]).length === 0,
    );
  }
  if (advanced.length === 0) return body["event_selector"] === undefined && body["advanced_event_selector"] === undefined;
  return advanced.some((selector) => {
    const fields = nested(selector, "field_selector");
    return fields.length === 1 && fields[0]?.["field"] === "eventCategory" && texts(fields[0]["equals"]).join() === "Management";
  });
}
