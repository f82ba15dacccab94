import { expect, test } from 'vitest';
import { ProxyContainer } from './proxy-container.ts';

test.each([
  ['BACKEND_HOST', ''],
  ['BACKEND_HOST', 'http://backend'],
  ['BACKEND_HOST', 'backend:3001'],
  ['BACKEND_HOST', 'backend; return 200'],
  ['BACKEND_HOST', 'backend\nreturn'],
  ['FRONTEND_HOST', '$host'],
  ['FRONTEND_HOST', '-backend'],
  ['BACKEND_PORT', ''],
  ['BACKEND_PORT', '0'],
  ['BACKEND_PORT', '65536'],
  ['BACKEND_PORT', '3001;'],
  ['FRONTEND_PORT', 'three'],
  ['LISTEN_PORT', '80'],
])('refuses to start with %s=%j and names the variable', async (name, value) => {
  const { code, errors } = await ProxyContainer.refusal({ [name]: value });
  expect(errors).toContain(`proxy: ${name}=`);
  expect(errors).toContain('set it to');
  expect(code).toBe(78);
});
