import { acceptFindings } from "./accept-findings.ts";
import { lintAwsvpc } from "../awsvpc-lint/awsvpc-lint.ts";
import { parseTemplate } from "./parse-template.ts";
import { render, type RenderedTaskDefinition } from "./render-task-definition.ts";
import { refuseFindings, type TemplateFinding } from "./template-finding.ts";
import type { TemplateFiles } from "./template-files.ts";
import { templateValues, type TemplateInputs } from "./template-values.ts";
import { validateForFargate } from "./validate-for-fargate.ts";

export type MakeTaskDefinitionInputs = TemplateInputs & TemplateFiles;

export interface MadeTaskDefinition extends RenderedTaskDefinition {
  readonly warnings: readonly TemplateFinding[];
}

/** From the template to what RegisterTaskDefinition takes. Throws TemplateError (BAD_TEMPLATE) with everything that stands against it, in the order of its lines. */
export function makeTaskDefinition({ template, composeServices, configurations, ...inputs }: MakeTaskDefinitionInputs): MadeTaskDefinition {
  const { findings, ...rendered } = render(parseTemplate(template.text, template.path), { values: templateValues(inputs), family: inputs.names.family, settings: inputs.settings });
  const all = acceptFindings([...findings, ...validateForFargate(rendered, inputs.settings), ...lintAwsvpc({ source: rendered.source, composeServices, configurations })], inputs.settings.accept);
  const [ours, others] = [all.filter(({ where }) => where.startsWith(template.path)), all.filter(({ where }) => !where.startsWith(template.path))];
  return { ...rendered, warnings: refuseFindings(template.path, [...ours.toSorted((one, other) => lineIn(one) - lineIn(other)), ...others]) };
}

const lineIn = ({ where }: TemplateFinding): number => Number(/:(\d+)$/.exec(where)?.[1] ?? 0);
