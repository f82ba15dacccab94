import { html, type TemplateResult } from "lit-html";
import type { Scene } from "../model/scene.ts";

/** What can be chosen in the form, and what of it goes into a fault. */
export interface FaultKind {
  readonly id: string;
  readonly label: string;
  readonly fields: (scene: Scene) => readonly TemplateResult[];
  readonly fault: (form: FormData) => object;
}

const text = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
};
const number = (form: FormData, name: string): number => Number(text(form, name));
const share = (form: FormData): number => number(form, "share") / 100;

const select = (name: string, label: string, options: readonly string[]): TemplateResult => html`<label>${label}<select name=${name} required>${options.map((option) => html`<option>${option}</option>`)}</select></label>`;
const amount = (name: string, label: string, value: number, lowest: number, highest: number): TemplateResult => html`<label>${label}<input name=${name} type="number" .defaultValue=${String(value)} min=${lowest} max=${highest} required></label>`;
const words = (name: string, label: string): TemplateResult => html`<label>${label}<input name=${name} required></label>`;

const to = select("to", "of the", ["candidate", "current"]);
const shareField = amount("share", "share in %", 30, 1, 100);

const containersOf = ({ candidate, current }: Scene): readonly string[] => [...new Set([candidate, current].flatMap((side) => side?.tasks.flatMap(({ task }) => task.containers.map(({ name }) => name)) ?? []))];
const zonesOf = ({ candidate, current }: Scene): readonly string[] => [...new Set([current, candidate].flatMap((side) => side?.tasks.map(({ task }) => task.zone) ?? []))].toSorted();

export const faultKinds: readonly FaultKind[] = [
  { id: "errors", label: "Answers with errors", fields: () => [to, shareField, amount("status", "status", 500, 400, 599)], fault: (form) => ({ kind: "responses", to: text(form, "to"), share: share(form), status: number(form, "status") }) },
  { id: "latency", label: "Slow answers", fields: () => [to, shareField, amount("latencyMs", "later by ms", 500, 1, 60_000)], fault: (form) => ({ kind: "responses", to: text(form, "to"), share: share(form), latencyMs: number(form, "latencyMs") }) },
  { id: "unhealthy", label: "Failing health checks", fields: () => [to], fault: (form) => ({ kind: "unhealthy", to: text(form, "to") }) },
  { id: "container-exit", label: "A container that exits", fields: (scene) => [to, select("container", "container", containersOf(scene)), amount("exitCode", "exit code", 137, 0, 255)], fault: (form) => ({ kind: "container-exit", to: text(form, "to"), container: text(form, "container"), exitCode: number(form, "exitCode") }) },
  { id: "alarm", label: "An alarm that fires", fields: ({ alarms }) => [select("alarm", "alarm", alarms.map(({ name }) => name))], fault: (form) => ({ kind: "alarm", alarm: text(form, "alarm") }) },
  { id: "zone-loss", label: "A zone that is lost", fields: (scene) => [select("zone", "zone", zonesOf(scene))], fault: (form) => ({ kind: "zone-loss", zone: text(form, "zone") }) },
  { id: "throttle", label: "Throttled API calls", fields: () => [shareField], fault: (form) => ({ kind: "throttle", share: share(form) }) },
  { id: "api-error", label: "API calls that fail", fields: () => [shareField, select("how", "how", ["500", "hang-up"])], fault: (form) => ({ kind: "api-error", share: share(form), how: text(form, "how") }) },
  { id: "image-pull", label: "An image that cannot be pulled", fields: () => [words("image", "its name contains")], fault: (form) => ({ kind: "image-pull", image: text(form, "image") }) },
  { id: "secret-missing", label: "A secret that is missing", fields: () => [words("secret", "its name contains")], fault: (form) => ({ kind: "secret-missing", secret: text(form, "secret") }) },
];

/** With its condition, as `POST faults` takes it. */
export function faultOf(kind: FaultKind, form: FormData): object {
  const from = number(form, "fromTrafficPercent");
  return { ...kind.fault(form), ...(from > 0 && { when: { fromTrafficPercent: from } }) };
}
