/** A process that only refuses: no service on this machine can refuse faster. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_request, response) => {
  response.writeHead(503, { 'content-length': 2, 'content-type': 'application/json' }).end('{}');
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.channel?.ref();
