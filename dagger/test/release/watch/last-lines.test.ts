import { expect, it } from "vitest";
import { lineToShow } from "../../../src/release/watch/look/last-lines.ts";

it.each([
  ["AWS_SECRET_ACCESS_KEY=planted", "AWS_SECRET_ACCESS_KEY=(not shown)"],
  ["GET / Authorization: Bearer planted", "GET / Authorization: (not shown)"],
  ["Authorization: Basic planted==", "Authorization: (not shown)"],
  ["sent Bearer planted-token", "sent Bearer (not shown)"],
  ["pwd=planted", "pwd=(not shown)"],
  ["cannot reach postgres://notes:planted@database/notes", "cannot reach postgres://(not shown)@database/notes"],
  ["postgres://notes:pla@nted@database/notes", "postgres://(not shown)@database/notes"],
  ["postgres://notes:pla/nted@database/notes", "postgres://(not shown)@database/notes"],
  ["notes:planted@tcp(database:3306)/notes", "(not shown)@tcp(database:3306)/notes"],
  ['{"dbPassword":"plan ted","port":1}', '{"dbPassword":(not shown),"port":1}'],
  [String.raw`"{\"password\":\"planted\",\"port\":1}"`, String.raw`"{\"password\":(not shown),\"port\":1}"`],
  ["x-api-key: planted, x", "x-api-key: (not shown), x"],
  ["DB_PASS='plan ted' SIGNING_KEY=planted x", "DB_PASS=(not shown) SIGNING_KEY=(not shown) x"],
  ["psql --password planted -h x", "psql --password (not shown) -h x"],
  ["-----BEGIN RSA PRIVATE KEY-----planted", "(not shown)"],
  [`${"x".repeat(480)} postgres://notes:planted@database`, `${"x".repeat(480)} postgres://(not sho`],
])("of the line %s, no secret is shown", (line, shown) => {
  expect(lineToShow(line)).toBe(shown);
  expect(shown).not.toMatch(/planted|nted/);
});

it.each(["password authentication failed for user notes", "listening on http://0.0.0.0:3001", "GET /tokens/1 200", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/password-AbCdEf was not found", "Error: connect ECONNREFUSED 127.0.0.1:5432"])("the line %s is shown whole", (line) => {
  expect(lineToShow(line)).toBe(line);
});

it("takes no longer than a blink for a long line", () => {
  const before = performance.now();
  for (const part of ["password", "a-", "a://b:", "pass ", "-----BEGIN ", "x=\\\""]) lineToShow(part.repeat(100_000));
  expect(performance.now() - before).toBeLessThan(2000);
});
