import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { RequestError, type FieldProblem } from './request-error.ts';

/** Parses a body, a query or a parameter; what it refuses is a 400 that names every wrong field. */
export class ZodPipe<Output> implements PipeTransform<unknown, Output> {
  readonly #schema: z.ZodType<Output>;
  readonly #name: string;

  constructor(schema: z.ZodType<Output>, name = 'body') {
    this.#schema = schema;
    this.#name = name;
  }

  transform(input: unknown): Output {
    const parsed = this.#schema.safeParse(input);
    if (parsed.success) return parsed.data;
    const fields = parsed.error.issues.flatMap((issue) => describe(issue, this.#name));
    const names = [...new Set(fields.map(({ field }) => field))].join(', ');
    throw new RequestError(400, 'INVALID_INPUT', `Nothing was changed. Correct and send again: ${names}.`, fields);
  }
}

function describe(issue: z.core.$ZodIssue, whole: string): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((field) => ({ field, message: 'is not a field of this request' }));
  }
  return [{ field: issue.path.join('.') || whole, message: issue.message }];
}
