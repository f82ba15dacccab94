import { expect, test } from 'vitest';
import { productionLock } from '../production-lock';

test('the production lock has what the pages need, and nothing that only development does', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { name: 'pages' },
      'node_modules/zod': { version: '4.0.0' },
      'node_modules/vitest': { version: '5.0.0', dev: true },
      'node_modules/sharp': { version: '1.0.0', optional: true },
      'node_modules/both': { version: '1.0.0', devOptional: true },
    },
  };
  expect(productionLock(lock)).toEqual({ lockfileVersion: 3, packages: { '': { name: 'pages' }, 'node_modules/zod': { version: '4.0.0' } } });
});
