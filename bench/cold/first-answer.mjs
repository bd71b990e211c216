// One cold start, as Lambda has it: a new process imports the module, hands its handler an event, and says when it has
// answered. node first-answer.mjs <module>
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

process.env._HANDLER = 'lambda.http';
const { http } = await import(pathToFileURL(process.argv[2]).href);
const event = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/health/ready',
  rawQueryString: '',
  headers: { host: 'lambda' },
  requestContext: { http: { method: 'GET', path: '/health/ready', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
  isBase64Encoded: false,
};
const context = { getRemainingTimeInMillis: () => 10_000 };
const { statusCode } = await http(event, context);
const answered = performance.timeOrigin + performance.now();
const warm = [];
for (let i = 0; i < 50; i++) {
  const started = performance.now();
  await http(event, context);
  warm.push(performance.now() - started);
}
warm.sort((a, b) => a - b);
process.stdout.write(`${JSON.stringify({ statusCode, answered, warm: warm[25] })}\n`);
process.exit(0);
