/** SIGTERM ends the process where it stands. */
process.prependListener('SIGTERM', () => process.exit(0));
