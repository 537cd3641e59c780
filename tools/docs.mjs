import './prepare/node-version.mjs';

// Imported only now, so that an old Node has been told already.
const { main } = await import('./docs/main.mjs');
await main();
