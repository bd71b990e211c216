import DefaultSequencer from '@jest/test-sequencer';

const KINDS = ['e2e', 'integration', 'unit'];
const rank = ({ context }) => KINDS.indexOf(context.config.displayName.name);

/**
 * E2e tests first and unit tests last. Without times of an earlier run, Jest starts the largest files first, and the longest
 * suites are short files: in a fresh clone one worker was still at them when the others had nothing left.
 */
export default class LongKindsFirst extends DefaultSequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
