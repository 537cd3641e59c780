// Loaded into a demo application before its own code: it ends when the process that started it is gone, however it went.
process.channel?.unref();
process.once('disconnect', () => process.exit(1));
