import { flushCompileCache } from 'node:module';

/** Ends this process after the proof's process has ended, even if that was killed. */
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

/** Node writes its compile cache at exit, which a killed process never reaches. */
const FLUSH_MS = 1_500;
setTimeout(() => flushCompileCache(), FLUSH_MS).unref();
