/** Ends this process when the one that runs the proof is gone, even if that one was killed. */
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
