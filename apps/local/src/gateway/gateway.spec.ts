import type { Server } from 'node:http';
import { startEdgeApp } from '../../../../test/support/http-edge-app.js';
import { LargeController } from '../../../../test/support/large-controller.js';
import { neverRead } from '../../../../test/support/never-read.js';
import { Gateway } from './gateway.js';

describe('the gateway', () => {
  it('closes the connection of a client that does not read, after a minute', async () => {
    const gateway = await Gateway.listen({ host: '127.0.0.1', port: 0, corsOrigins: '' });
    const local = await startEdgeApp({ controllers: [LargeController] });
    await gateway.serve({ local: local.app });
    await neverRead((gateway as unknown as { server: Server }).server, '/large').finally(async () => {
      await gateway.close();
      await local.close();
    });
  });
});
