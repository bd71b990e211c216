import assert from 'node:assert/strict';
import { eventually, unique } from '../support/client.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

const lives: HostileRow[] = [
  [
    'of a deleted user',
    (world: World, id: number, token: string) => world.send({ method: 'DELETE', path: `/users/${id}`, token }),
  ],
  [
    'of before a new password',
    (world: World, id: number, token: string) =>
      world.send({
        method: 'PUT',
        path: `/users/${id}`,
        token,
        json: { password: 'another long pass phrase', current_password: 'a long enough pass phrase' },
      }),
  ],
].map(([name, end]) => ({
  group: 'tokens',
  name: String(name),
  story: async (world) => {
    const account = await world.client.customer();
    const ended = await (end as (w: World, id: number, token: string) => Promise<{ status: number }>)(
      world,
      account.id,
      account.token,
    );
    assert.ok(ended.status < 300);
    const paths = [
      `/users/${account.id}`,
      `/users/${account.id}/orders`,
      `/products/${world.product}/inventory/movements`,
    ];
    for (const path of paths) {
      await eventually(
        async () => (await world.send({ method: 'GET', path, token: account.token })).status,
        (status) => status === 401,
        60_000,
      );
    }
  },
}));

const refreshing: HostileRow[] = [
  {
    group: 'tokens',
    name: 'a refresh token used again after its successor ends its family',
    story: async (world) => {
      const first = await pairOf(world);
      const second = await refresh(world, first.refresh_token);
      const third = await refresh(world, second.body.refresh_token as string);
      assert.deepEqual([second.status, third.status], [200, 200]);
      const again = await refresh(world, first.refresh_token);
      assert.deepEqual([again.status, again.body.code], [401, 'invalid-refresh-token']);
      assert.equal((await refresh(world, third.body.refresh_token as string)).status, 401);
    },
  },
  {
    group: 'tokens',
    name: '20 concurrent refreshes with one token: one successor, the same in every 200',
    story: async (world) => {
      const { refresh_token } = await pairOf(world);
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(world, refresh_token)));
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      const successors = [...new Set(answers.map(({ body }) => body.refresh_token as string))];
      assert.equal(successors.length, 1);
      assert.equal((await refresh(world, successors[0] ?? '')).status, 200);
    },
  },
  {
    group: 'tokens',
    name: 'a refresh token of a session that was logged out',
    story: async (world) => {
      const { refresh_token } = await pairOf(world);
      assert.equal((await world.send({ method: 'POST', path: '/auth/logout', json: { refresh_token } })).status, 204);
      assert.equal((await refresh(world, refresh_token)).status, 401);
    },
  },
  ...['', 'x', '../..', `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.${'A'.repeat(43)}`, 'x'.repeat(5_000)].map(
    (refresh_token): HostileRow => ({
      group: 'tokens',
      name: `a refresh token that never was: ${refresh_token.slice(0, 20)}`,
      status: [401, 422],
      request: () => ({ method: 'POST', path: '/auth/refresh', json: { refresh_token } }),
    }),
  ),
  ...['/auth/verify-email', '/auth/password-reset/confirm'].map((path): HostileRow => ({
    group: 'tokens',
    name: `${path}: a token that never was`,
    status: 422,
    code: 'token-invalid',
    request: () => ({
      method: 'POST',
      path,
      json: { token: 'A'.repeat(43), ...(path.endsWith('confirm') && { password: 'another long pass phrase' }) },
    }),
  })),
];

/** Actions for which a stolen access token must not be enough. */
const takeover: HostileRow = {
  group: 'tokens',
  name: 'a stolen access token moves no account to another address',
  story: async (world) => {
    const victim = await world.client.customer();
    const thief = `${unique('thief')}@example.com`;
    const move = (json: object) => world.send({ method: 'PUT', path: '/users/me', token: victim.token, json });
    assert.equal((await move({ email: thief })).status, 422);
    assert.equal((await move({ email: thief, current_password: 'not the pass phrase' })).status, 422);
    // Even with the password, nothing changes before the new address is verified.
    assert.equal((await move({ email: thief, current_password: victim.password })).status, 200);
    const ask = (email: string) => world.send({ method: 'POST', path: '/auth/password-reset', json: { email } });
    await ask(thief);
    await ask(victim.email);
    const subjects = async (address: string) => (await world.client.mailTo(address)).map(({ subject }) => subject);
    await eventually(
      () => subjects(victim.email),
      (all) =>
        all.some((subject) => subject.startsWith('Reset')) && all.some((subject) => subject.startsWith('Another')),
    );
    assert.ok(!(await subjects(thief)).some((subject) => subject.startsWith('Reset')));
  },
};

export async function pairOf(world: World): Promise<{ access_token: string; refresh_token: string }> {
  const { email, password } = await world.client.customer();
  return (await world.send({ method: 'POST', path: '/auth/login', json: { email, password } })).body as never;
}

const refresh = (world: World, refresh_token: string): ReturnType<World['send']> =>
  world.send({ method: 'POST', path: '/auth/refresh', json: { refresh_token } });

export const SESSION_ROWS: HostileRow[] = [...lives, ...refreshing, takeover];
