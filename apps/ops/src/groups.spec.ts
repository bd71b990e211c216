import { readdirSync } from 'node:fs';
import type { Type } from '@nestjs/common';
import { CommandMeta } from 'nest-commander/src/constants.js';
import { GROUPS, groupsFor } from './groups.js';

const FOLDERS = readdirSync('apps/ops/src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'context')
  .map(({ name }) => name);

describe('the groups of commands', () => {
  beforeEach(() => jest.resetModules());

  it('are the folders', () => expect(Object.keys(GROUPS)).toEqual(FOLDERS.sort()));

  it.each(FOLDERS)('%s is the command of its group', async (name) => {
    const [group, ...others] = await groupsFor(name);
    const providers = Reflect.getMetadata('providers', group as Type) as Type[];
    const commands = providers.map((provider) => Reflect.getMetadata(CommandMeta, provider) as { name: string });
    expect([commands.flatMap((command) => command?.name ?? []), others]).toEqual([[name], []]);
  });

  it.each([undefined, 'help', '--help', 'cart', 'constructor'])('all are there for %s', async (word) =>
    expect(await groupsFor(word)).toHaveLength(FOLDERS.length),
  );

  it('load only what their commands need', async () => {
    const { OpsAppModule } = await import('./ops-app.module.js');
    const loaded = () => Object.keys(require.cache).join('\n');
    const foreign = /node_modules\/stripe\/|\/apps\/(?!orders|ops)\w+\/src\/(?!\w+\.manifest\.)/;
    await groupsFor('carts');
    expect([OpsAppModule.name, loaded().match(foreign)]).toEqual(['OpsAppModule', null]);
    await groupsFor('payments');
    expect(loaded()).toMatch(/node_modules\/stripe\//);
  });
});
