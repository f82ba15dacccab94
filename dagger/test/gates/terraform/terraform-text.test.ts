import { describe, expect, it } from "vitest";
import { quotedTemplate } from "../../../src/gates/terraform/quoted-template.ts";
import { terraformText } from "../../../src/gates/terraform/terraform-text.ts";

const lines = (json: Readonly<Record<string, unknown>>): string[] => terraformText(json).split("\n");

describe("Terraform JSON in Terraform's own language", () => {
  it("has a nested object both as an argument and as a block, deep down too", () => {
    expect(lines({ resource: { aws_s3_bucket: { logs: { bucket: "logs", rule: [{ apply: { algorithm: "aws:kms" } }] } } } })).toEqual([
      'resource "aws_s3_bucket" "logs" {',
      'bucket = "logs"',
      'rule = [{ "apply" = { "algorithm" = "aws:kms" } }]',
      "rule {",
      'apply = { "algorithm" = "aws:kms" }',
      "apply {",
      'algorithm = "aws:kms"',
      "}",
      "}",
      "}",
    ]);
  });

  it.each([
    ["a provider, once or several times", { provider: { aws: [{ region: "a" }, { region: "b", alias: "b" }] } }, ['provider "aws" {', 'region = "a"', "}", 'provider "aws" {', 'region = "b"', 'alias = "b"', "}"]],
    ["a variable without its type", { variable: { size: { type: "number", default: 3 } } }, ['variable "size" {', "default = 3", "}"]],
    ["locals", { locals: { a: 1 } }, ["locals {", "a = 1", "}"]],
    ["a data source", { data: { aws_vpc: { main: { default: true } } } }, ['data "aws_vpc" "main" {', "default = true", "}"]],
    ["a block for each of a list", { resource: { a: { b: { dynamic: { ingress: { for_each: [1], content: { from_port: 1 } } } } } } }, ['resource "a" "b" {', 'dynamic "ingress" {', "for_each = [1]", 'content = { "from_port" = 1 }', "content {", "from_port = 1", "}", "}", "}"]],
    ["templates as they are", { resource: { a: { b: { c: "${aws_vpc.main.id} %{if x}" } } } }, ['resource "a" "b" {', 'c = "${aws_vpc.main.id} %{if x}"', "}"]],
    ["no comment, no null, no name that is none", { "//": "x", resource: { "//": {}, a: { "//": {}, b: { "//": 1, c: null, "d e": 1 } } } }, ['resource "a" "b" {', "", "}"]],
    ["escapes that the language has", { locals: { a: '\b\f\\b\n"é😀' } }, ["locals {", 'a = "\\u0008\\u000c\\\\b\\n\\"é😀"', "}"]],
    ["nothing of what scanners do not look at", { terraform: { backend: {} }, output: { a: { value: 1 } } }, [""]],
  ])("has %s", (_what, json, text) => {
    expect(lines(json)).toEqual(text);
  });
});

describe("a text of Terraform JSON between quotes", () => {
  it.each([
    ["plain", "plain"],
    ['quo"te \\ back', 'quo\\"te \\\\ back'],
    ["two\nlines\b\f", "two\\nlines\\u0008\\u000c"],
    ['"${aws_vpc.main.id}"', '\\"${aws_vpc.main.id}\\"'],
    ['${jsonencode({"a" = "b"})} "c"', '${jsonencode({"a" = "b"})} \\"c\\"'],
    ['${f("a}b", "c\\"}d")}"', '${f("a}b", "c\\"}d")}\\"'],
    ['${f("${g("}")}")}"', '${f("${g("}")}")}\\"'],
    ['${f("$${")}"', '${f("$${")}\\"'],
    ['%{if x == "y"}"yes"%{endif}', '%{if x == "y"}\\"yes\\"%{endif}'],
    ['$${"a"} %%{"b"} $ % {', '$${\\"a\\"} %%{\\"b\\"} $ % {'],
    ['${unended("', '${unended(\\"'],
    ['${"', '${\\"'],
  ])("%s", (text, quoted) => {
    expect(quotedTemplate(text)).toBe(`"${quoted}"`);
  });
});
