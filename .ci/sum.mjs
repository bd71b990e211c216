// node sum.mjs FILE…: `N passed, N failed` over reports of Jest (.json) and logs that end with such a line (.log). What has not
// ended counts as a failure, and so does a run of Jest in which nothing passed.
import { readFileSync } from 'node:fs';

const counts = process.argv.slice(2).map((file) => (file.endsWith('.json') ? ofTests : ofLog)(read(file)));
const [passed, failed] = counts.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function ofTests(report) {
  if (report === '') return [0, 1];
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(report);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return [numPassedTests, numPassedTests === 0 && failed === 0 ? 1 : failed];
}

function ofLog(log) {
  const [, passed = '0', failed = '1'] = /^(\d+) passed, (\d+) failed\n?$/m.exec(log.trim().split('\n').at(-1)) ?? [];
  return [Number(passed), Number(failed)];
}
