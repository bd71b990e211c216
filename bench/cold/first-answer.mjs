// One cold start as on Lambda: a new process imports the module, calls its handler with an event, and prints the time
// of the first response and the duration of later ones. node first-answer.mjs <module> <handler> <event>
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

const WARM = 50;

const [module, name, text] = process.argv.slice(2);
process.env._HANDLER = `lambda.${name}`;
const { [name]: handler } = await import(pathToFileURL(module).href);
const event = JSON.parse(text);
const context = { getRemainingTimeInMillis: () => 20_000 };
const answer = await handler(event, context);
const answered = performance.timeOrigin + performance.now();
const warm = [];
for (let i = 0; i < WARM; i++) {
  const started = performance.now();
  await handler(event, context);
  warm.push(performance.now() - started);
}
warm.sort((a, b) => a - b);
const { statusCode = 200, body } = answer ?? {};
process.stdout.write(`${JSON.stringify({ statusCode, body, answered, warm: warm[WARM / 2] })}\n`);
process.exit(0);
