import './prepare/node-version.mjs';

// Imported only now, so that an old Node has been told already.
const { told } = await import('./prepare/say.mjs');
const { main } = await import('./docs/main.mjs');
await told(main);
