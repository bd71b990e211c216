import type { Manifest } from '@app/service';

export const manifest = {
  name: 'users',
  number: 1,
  title: 'Users',
  routes: [
    '/users',
    '/users/{user_id}',
    '/users/{user_id}/addresses',
    '/users/{user_id}/addresses/{address_id}',
    '/auth/{proxy+}',
    '/account',
    '/.well-known/jwks.json',
  ],
  database: true,
  publishes: true,
  answers: ['users.get', 'users.keys'],
  refuses: { 'unknown-user': { kind: 'invalid', title: 'The user does not exist' } },
  inContainer: {
    environment: {
      JWT_KEYS: 'file:/keys/jwt-keys.json',
      ADMIN_EMAIL: 'admin@example.com',
      ADMIN_PASSWORD: 'demo admin pass phrase',
    },
    // The signing key that the emulator made, and nothing else of its.
    volumes: ['keys:/keys:ro'],
  },
  onAws: {
    functions: {
      // Only what issues tokens may read the keys that sign them. Named rather than resolved once, since a rotation changes
      // them while functions run. glibc gives argon2's blocks back instead of keeping them once per thread.
      http: {
        environment: { JWT_KEYS: 'secret:${SigningKeysSecret}', MALLOC_MMAP_THRESHOLD_: '1048576' },
        reads: ['SigningKeysSecret'],
      },
      rpc: {
        environment: { JWT_KEYS: 'secret:${PublicKeysSecret}', MALLOC_MMAP_THRESHOLD_: '1048576' },
        reads: ['PublicKeysSecret'],
      },
      relay: {
        environment: { JWT_KEYS: 'secret:${PublicKeysSecret}' },
        reads: ['PublicKeysSecret'],
        secrets: ['AdministratorSecret'],
      },
    },
  },
} as const satisfies Manifest;
