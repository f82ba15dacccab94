import { NextRequest } from 'next/server';
import { expect, test } from 'vitest';
import { contentSecurityPolicy } from '../src/lib/content-security-policy';
import { proxy } from '../src/proxy';

test('a release runs no inline style, no eval and only inline scripts with the nonce', () => {
  const policy = contentSecurityPolicy({ nonce: 'abc', development: false });
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';");
  expect(policy).not.toContain('unsafe-');
});

test('development may evaluate strings, which React needs there', () => {
  expect(contentSecurityPolicy({ nonce: 'abc', development: true })).toContain("'unsafe-eval'");
});

test('every page gets a nonce of its own', () => {
  const policyOf = () => proxy(new NextRequest('http://notes.test/')).headers.get('content-security-policy');
  expect(policyOf()).toMatch(/'nonce-[\w-]{36}'/);
  expect(policyOf()).not.toBe(policyOf());
});
