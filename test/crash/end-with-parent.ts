/** Loaded before a process made to be killed: it ends with whoever started it, should that one not live to kill it. */
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
