import { flushCompileCache } from 'node:module';

/** Ends this process when the one that runs the proof is gone, even if that one was killed. */
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

/** Node writes its compile cache when a process exits, which those that are killed never do. */
const FLUSH_MS = 1_500;
setTimeout(() => flushCompileCache(), FLUSH_MS).unref();
