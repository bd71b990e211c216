// node sum.mjs <jest's report> <the rehearsal's log>: `N passed, N failed` over both; what has not ended counts as a failure.
import { readFileSync } from 'node:fs';

const [tests, rehearsal] = process.argv.slice(2).map((file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
});

const [passed, failed] = [ofTests(tests), ofRehearsal(rehearsal)].reduce(([a, b], [c, d]) => [a + c, b + d]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function ofTests(report) {
  if (report === '') return [0, 1];
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(report);
  return [numPassedTests, numFailedTests + numRuntimeErrorTestSuites];
}

function ofRehearsal(log) {
  const [, passed = '0', failed = '1'] = /^(\d+) passed, (\d+) failed\n?$/m.exec(log.trim().split('\n').at(-1)) ?? [];
  return [Number(passed), Number(failed)];
}
