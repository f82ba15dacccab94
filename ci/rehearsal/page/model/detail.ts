import type { Json, TimelineEntry } from "../../src/timeline.ts";

export type Entry = TimelineEntry;
export type Detail = TimelineEntry["detail"];

/** What an entry says, read without trust: a file may have been written by an older rehearsal. */

export const textOf = (detail: Detail, name: string): string => {
  const value = detail[name];
  return typeof value === "string" ? value : "";
};

export const textIn = (detail: Detail, name: string): string | undefined => textOf(detail, name) || undefined;

export const numberOf = (detail: Detail, name: string): number => {
  const value = detail[name];
  return typeof value === "number" ? value : 0;
};

export const listOf = (detail: Detail, name: string): readonly string[] => {
  const value = detail[name];
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
};

export const rowsOf = (detail: Detail, name: string): readonly Detail[] => {
  const value = detail[name];
  return isList(value) ? value.filter(isRecord) : [];
};

export const recordOf = (detail: Detail, name: string): Detail => {
  const value = detail[name];
  return isRecord(value) ? value : {};
};

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isRecord = (value: Json | undefined): value is Detail => typeof value === "object" && value !== null && !isList(value);

export const timeOf = (entry: Entry): number => Date.parse(entry.at);

/** What comes after the last slash of an ARN: `notes-task:2`, an id. */
export const lastPart = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** `…:targetgroup/notes-blue/0123` → `notes-blue` */
export const targetGroupName = (arn: string): string => /targetgroup\/([^/]+)/.exec(arn)?.[1] ?? arn;

/** `…:task-definition/notes-task:2` → `notes-task:2` */
export const definitionName = (arn: string): string => arn.split("task-definition/").at(-1) ?? arn;
