/** A process that does nothing: what its event loop suffers, the machine does to everybody. */
setInterval(() => {}, 3_600_000);
process.once('disconnect', () => process.exit(0));
