import { expect, it } from "vitest";
import { askedOfSecrets } from "../../src/rehearsal/asked-of-secrets.ts";

it("finds the keys that a template asks of each secret, once each", () => {
  const template = '{"valueFrom": "__BACKEND__:username::"} {"valueFrom": "__BACKEND__:password::"} {"valueFrom": "__BACKEND__:password::"} {"valueFrom": "__OTHER__:port::"}';
  expect(askedOfSecrets(template, { BACKEND: "notes/database/backend", UNUSED: "notes/unused" })).toEqual({ "notes/database/backend": ["password", "username"], "notes/unused": [] });
});
