import './prepare/node-version.mjs';

// Imported only now, so that an old Node has been told already.
const { install } = await import('./prepare/install.mjs');
const { build } = await import('./prepare/build.mjs');
const { step, told } = await import('./prepare/say.mjs');
await told(async () => {
  await install();
  await step('Building', build);
});
