import { Commands, commandClient } from '@app/messaging';
import { eventually } from '../../../test/support/eventually.js';
import { FauxqsProcess } from '../../../test/support/fauxqs-process.js';
import { QueueProbe } from '../../../test/support/queue-probe.js';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { UsersTestApp } from '../../../test/support/users-app.js';

describeOnEachDatabase('The users service', (databaseUrl) => {
  let users: UsersTestApp;

  beforeAll(async () => {
    users = await UsersTestApp.start(databaseUrl());
  });
  afterAll(() => users?.close());

  describe('commands', () => {
    let commands: Commands;
    beforeAll(() => {
      commands = new Commands(commandClient(users.commands, { region: 'eu-west-1' }));
    });
    afterAll(() => commands?.close());

    it('identifies a user and refuses an unknown one', async () => {
      const ada = await users.person();
      await expect(commands.ask('users.get', { user_id: ada.user_id })).resolves.toEqual({
        user_id: ada.user_id,
        email: ada.email,
        full_name: expect.any(String) as string,
        role: 'customer',
        email_verified: false,
      });
      await expect(commands.ask('users.get', { user_id: 2_000_000 })).rejects.toMatchObject({ code: 'unknown-user' });
      await expect(commands.ask('users.get', { user_id: 'x' })).rejects.toMatchObject({ code: 'validation-failed' });
    });

    it('returns the published keys, without their private part', async () => {
      const { body } = await users.call('GET', '/.well-known/jwks.json');
      await expect(commands.ask('users.keys', {})).resolves.toEqual(body);
      expect(body).toEqual({
        keys: [
          {
            kty: 'EC',
            crv: 'P-256',
            kid: 'k1',
            alg: 'ES256',
            use: 'sig',
            x: expect.any(String) as string,
            y: expect.any(String) as string,
          },
        ],
      });
    });
  });
});

describeOnEachDatabase('The users service and its topic', (databaseUrl) => {
  let broker: FauxqsProcess;
  let queue: QueueProbe;
  let users: UsersTestApp;

  beforeAll(async () => {
    broker = await FauxqsProcess.start();
    queue = await QueueProbe.create('test', 'notifier', broker.aws);
    const environment = { AWS_ENDPOINT_URL: broker.aws.endpoint, TOPIC_ARN: queue.topology.topicArn };
    users = await UsersTestApp.start(databaseUrl(), environment);
  }, 60_000);

  afterAll(async () => {
    await users.close();
    queue.close();
    await broker.stop();
  });

  it('publishes a link for the notifier, and keeps no token once it is sent', async () => {
    const { user_id } = await users.person();
    await eventually(async () => expect(await queue.depth()).toMatchObject({ visible: 1 }));
    await eventually(async () => {
      const [event] = await users.events(user_id, 'user.verification-requested');
      expect(event?.payload.token).toBe('[redacted]');
    });
  });

  it('leaves nothing about an erased person in any table', async () => {
    const body = {
      email: 'canary-mailbox@example.com',
      password: 'a canary among passwords',
      full_name: 'Canary Canariensis',
      username: 'canary.name',
      phone_number: '+4915112345678',
      address: '1 Canary Wharf',
    };
    const created = await users.call('POST', '/users', { body, headers: { 'idempotency-key': 'canary-key' } });
    const { token } = await users.logIn(body);
    const before = JSON.stringify(await users.everyRow());
    for (const value of ['canary-mailbox', 'Canariensis']) expect(before).toContain(value);

    const url = `/users/${String(created.body['user_id'])}`;
    expect((await users.call('DELETE', url, { token })).status).toBe(204);
    await eventually(async () => {
      const rows = JSON.stringify(await users.everyRow());
      expect(rows).not.toMatch(/canar|4915112345678/i);
    });
  });
});
