import DefaultSequencer from '@jest/test-sequencer';

const KINDS = ['e2e', 'integration', 'unit'];
const rank = ({ context }) => KINDS.indexOf(context.config.displayName.name);

/**
 * E2e tests first and unit tests last. Without times of an earlier run, Jest starts the largest files first, but the
 * slowest suites are short files: in a new clone, one worker was still running them after the others had finished.
 */
export default class LongKindsFirst extends DefaultSequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
