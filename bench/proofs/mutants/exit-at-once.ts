/** SIGTERM ends the process at once. */
process.prependListener('SIGTERM', () => process.exit(0));
